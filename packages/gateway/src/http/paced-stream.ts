import type { Turns } from './turns.js';

/** What it takes to give a piece to a connection, in milliseconds. */
const PIECE_MS = 0.2;

/** Pieces as a stream that takes turns with others. */
export function pacedStream(
  pieces: readonly Uint8Array[],
  turns: Turns,
): ReadableStream<Uint8Array> {
  const rest = pieces.values();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await turns.take(() => rest.next(), PIECE_MS);
        if (done) controller.close();
        else controller.enqueue(value);
      },
    },
    // What is not written yet is not needed yet.
    { highWaterMark: 0 },
  );
}
