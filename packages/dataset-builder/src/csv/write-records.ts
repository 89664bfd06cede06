/** One line of CSV text (RFC 4180, LF): fields are quoted where they need it. */
export function formatRecord(fields: readonly string[]): string {
  return `${fields.map(formatField).join(',')}\n`;
}

/** Joins many short texts into few chunks, because every chunk costs a trip through streams. */
export function* inChunks(texts: Iterable<string>, size: number = 64 * 1024): Generator<string> {
  let chunk = '';
  for (const text of texts) {
    chunk += text;
    if (chunk.length >= size) {
      yield chunk;
      chunk = '';
    }
  }
  if (chunk !== '') yield chunk;
}

function formatField(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
