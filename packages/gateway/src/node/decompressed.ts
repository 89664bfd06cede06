import { pipeline, type Transform } from 'node:stream';
import { constants, createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

/** Decoders by name of the content encoding; each gives out what it has at once. */
const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: () => createGunzip(FLUSHED),
  'x-gzip': () => createGunzip(FLUSHED),
  deflate: () => createInflate(FLUSHED),
  br: () =>
    createBrotliDecompress({
      flush: constants.BROTLI_OPERATION_FLUSH,
      finishFlush: constants.BROTLI_OPERATION_FLUSH,
    }),
};

// Streams come in pieces, and their ends may be cut off: what has come is given out.
const FLUSHED = { flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH };

/**
 * The content of a body that an upstream, or what stands before it, compressed although it was asked
 * not to. Takes the encoding out of the headers, and leaves a body alone whose encoding is unknown.
 */
export function decompressed(
  body: AsyncIterable<Uint8Array>,
  headers: Map<string, string>,
): AsyncIterable<Uint8Array> {
  const encoding = headers.get('content-encoding')?.trim().toLowerCase() ?? '';
  const create = Object.hasOwn(DECODERS, encoding) ? DECODERS[encoding] : undefined;
  if (!create) return body;
  headers.delete('content-encoding');
  headers.delete('content-length');
  // An error of either one ends both, and is seen by whoever reads.
  const decoder = create();
  // An answer that is given up unread must not end the process.
  decoder.on('error', () => undefined);
  return pipeline(body, decoder, () => undefined);
}
