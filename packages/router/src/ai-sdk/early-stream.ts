import { EarlyStreamError, messageOf } from './attempt.js';
import type { StreamPart } from './language-model.js';

/** Parts that come before the model has said anything. */
const PRELUDE: ReadonlySet<string> = new Set([
  'stream-start',
  'response-metadata',
  'text-start',
  'reasoning-start',
  'raw',
]);

/** A stream read up to its first token, or to its failure before that. */
export interface EarlyStream<Part> {
  /** The parts read so far, the failed one included. */
  readonly held: Part[];
  readonly reader: ReadableStreamDefaultReader<Part>;
  /** Set when the stream failed before its first token. */
  readonly failure?: EarlyStreamError | undefined;
}

/**
 * Reads a stream until its first token, its end, or its failure; whichever comes first.
 *
 * @throws what reading the stream throws.
 */
export async function readUntilFirstToken<Part extends StreamPart>(
  stream: ReadableStream<Part>,
): Promise<EarlyStream<Part>> {
  const reader = stream.getReader();
  const held: Part[] = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      const failure = new EarlyStreamError('The stream ended before its first token.');
      return { held, reader, failure };
    }
    held.push(value);
    if (value.type === 'error') {
      const cause = 'error' in value ? value.error : undefined;
      return { held, reader, failure: new EarlyStreamError(messageOf(cause), { cause }) };
    }
    if (!PRELUDE.has(value.type) && !isEmptyDelta(value)) return { held, reader };
  }
}

/** The whole stream again: the parts held back, then the rest as it comes. */
export function resume<Part extends StreamPart>(
  { held, reader }: EarlyStream<Part>,
  transform: (part: Part) => Part,
): ReadableStream<Part> {
  const queue = [...held];
  return new ReadableStream<Part>({
    async pull(controller) {
      const next = queue.shift();
      if (next !== undefined) {
        controller.enqueue(transform(next));
        return;
      }
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(transform(value));
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

function isEmptyDelta(part: StreamPart): boolean {
  return part.type.endsWith('-delta') && 'delta' in part && part.delta === '';
}
