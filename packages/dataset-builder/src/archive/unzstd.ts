/**
 * Longest Zstandard content that is read, packed or unpacked. It is decompressed as a whole, so this
 * bounds the memory: the packed bytes, and twice the unpacked ones.
 */
export const MAX_UNZSTD_BYTES: number = 256 * 1024 * 1024;

/**
 * Decompresses Zstandard (RFC 8878) of known length: one frame or several, as Inspect writes for
 * long samples, and skippable frames between them. Decodes with the reference implementation,
 * compiled to WebAssembly by the package zstddec, which is loaded only now.
 *
 * Whole, and not as a stream: that package's stream passes over errors, and fzstd, which streams in
 * JavaScript, moves its whole window at each block, so that 8 kB of hostile blocks took it over a minute.
 *
 * @param packed - At most `MAX_UNZSTD_BYTES` together.
 * @param size - Length of the content in bytes, 0 to `MAX_UNZSTD_BYTES`.
 * @returns the content, which may be shorter than `size`.
 * @throws Error when the data are damaged, cut off, no Zstandard, or more than `size` bytes.
 */
export async function unzstd(packed: AsyncIterable<Buffer>, size: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of packed) chunks.push(chunk);
  const { ZSTDDecoder } = await import('zstddec');
  const decoder = new ZSTDDecoder();
  await decoder.init();
  // The decoder takes a size of 0 for one that is not known.
  const content = decoder.decode(Buffer.concat(chunks), Math.max(size, 1));
  // What cannot be decoded comes out empty.
  if (content.length > 0 || size === 0) return Buffer.from(content.buffer);
  throw new Error(`Zstandard data that is damaged, truncated or longer than its ${size} bytes`);
}
