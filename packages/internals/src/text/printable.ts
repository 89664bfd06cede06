/**
 * A text from a file or a request as one line that cannot steer the terminal: control characters
 * (escape sequences among them) and directional marks become visible or spaces.
 *
 * @param limit - Most characters; what is cut off shows as an ellipsis. @default no limit
 */
export function printable(text: string, limit: number = Number.POSITIVE_INFINITY): string {
  const line = text
    .replace(/\s+/gu, ' ')
    .replace(/[\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu, '\uFFFD')
    .trim();
  if (line.length <= limit) return line;
  return `${Array.from(line)
    .slice(0, limit - 1)
    .join('')}…`;
}
