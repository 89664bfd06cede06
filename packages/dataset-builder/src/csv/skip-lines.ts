const NEWLINE = 0x0a;

/** Leaves out the first lines of a file. */
export async function* skipLines(
  chunks: AsyncIterable<Buffer>,
  count: number,
): AsyncGenerator<Buffer, void, undefined> {
  let left = count;
  for await (const chunk of chunks) {
    let start = 0;
    for (; left > 0; left--) {
      const end = chunk.indexOf(NEWLINE, start);
      if (end < 0) break;
      start = end + 1;
    }
    if (left === 0) yield chunk.subarray(start);
  }
}
