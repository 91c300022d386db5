const maxLength = 80;

/** A text in double quotes for the detail of an error, cut to 80 characters. */
export function quote(text: string): string {
  return `"${text.length > maxLength ? `${text.slice(0, maxLength)}…` : text}"`;
}
