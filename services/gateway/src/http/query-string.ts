/**
 * The URL with its query string unambiguous: where blanks are written as `%20`, a raw `+` is a plus sign.
 *
 * @remarks Forms write a blank as `+`, RFC 3986 as `%20`. A client that uses one for blanks does not use the other, and
 * a `+` read as a blank would make the look-up of `a+b@example.com` find no user.
 */
export function withPlusSigns(url: string): string {
  const start = url.indexOf('?');
  if (start < 0 || !url.includes('+', start) || !url.includes('%20', start)) return url;
  return url.slice(0, start) + url.slice(start).replaceAll('+', '%2B');
}
