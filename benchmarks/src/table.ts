/** Measurements of one kind; the first row names the columns. */
export interface Table {
  readonly title: string;
  readonly rows: readonly (readonly string[])[];
  /** What a reader must know to interpret the figures. */
  readonly note?: string;
}

/** A table for a terminal. */
export function toText({ title, rows, note }: Table): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [title, ...lines, ...(note === undefined ? [] : [note])].join('\n');
}

/** A table for a page. */
export function toMarkdown({ title, rows, note }: Table): string {
  const [head = [], ...body] = rows;
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const notes = note === undefined ? [] : ['', note];
  return [`## ${title}`, '', line(head), line(head.map(() => '---')), ...body.map(line), ...notes].join('\n');
}
