import type { Cancellable } from '../cancellation.js';
import type { Exchange } from '../exchange.js';
import { ApiError } from '../http/api-error.js';
import { hexDigest } from '../http/digest.js';
import type { ModelRequest } from '../http/model-request.js';
import { narrowingHeaders } from '../http/narrowing-headers.js';
import type { AnswerRecord } from './answer-store.js';

const LONGEST_KEY = 255;

/**
 * Gives requests with the same `Idempotency-Key`, body and narrowing the same answer. One that comes while
 * the first is under way waits for it; a stream is repeated as a whole when it is complete. Failures,
 * refusals of the gateway's own and answers that broke off are not kept: the next request tries again.
 *
 * @param answer - Answers the request where nothing is known of it.
 * @throws ApiError 422 when the key came with another body, 400 when it is too long.
 */
export async function answerOnce(
  exchange: Exchange,
  { protocol, source }: Pick<ModelRequest, 'protocol' | 'source'>,
  answer: () => Promise<Response>,
): Promise<Response> {
  const key = exchange.headers.get('idempotency-key');
  const { idempotencyMs, idempotencyBytes } = exchange.state.configuration.limits;
  if (key === null || key === '' || idempotencyMs === 0) return await answer();
  if (key.length > LONGEST_KEY) {
    throw new ApiError(400, `\`Idempotency-Key\` may have at most ${LONGEST_KEY} characters.`);
  }
  const { answers } = exchange.state;
  const claiming = answers.claim({
    // What another client sent is nobody else's.
    name: JSON.stringify([exchange.notes.client ?? '', key]),
    fingerprint: await hexDigest(
      JSON.stringify([
        protocol.name,
        narrowingHeaders(exchange.headers),
        await hexDigest(source.bytes),
      ]),
    ),
    maxAgeMs: idempotencyMs,
    maxBytes: idempotencyBytes,
  });
  const claimed = await unlessAborted(claiming, exchange.signal).catch((error: unknown) => {
    // Whoever waits for it must not wait for a client that has gone.
    void claiming.then(
      async (late) => {
        if (late.state === 'claimed') await answers.finish(late.id, undefined);
      },
      () => undefined,
    );
    throw error;
  });
  if (claimed.state === 'different') {
    throw new ApiError(422, 'This `Idempotency-Key` was already used with a different body.', {
      code: 'idempotency_key_reused',
    });
  }
  if (claimed.state === 'answered') {
    exchange.notes.isRepeated = true;
    return repeat(claimed.record);
  }
  const { id } = claimed;
  const finish: Finish = (record) => void answers.finish(id, record);
  return await recorded(exchange, answer, finish, idempotencyBytes);
}

type Finish = (record: AnswerRecord | undefined) => void;

async function recorded(
  exchange: Exchange,
  answer: () => Promise<Response>,
  finish: Finish,
  maxBytes: number,
): Promise<Response> {
  exchange.signal.addEventListener('abort', () => finish(undefined), { once: true });
  try {
    const response = await answer();
    const { body, status } = response;
    const headers = new Headers(response.headers);
    // What is said of one request is not true of the next.
    for (const name of Object.keys(exchange.ownHeaders())) headers.delete(name);
    const isKept = status < 500 && status !== 408 && status !== 409 && status !== 429;
    if (!body || !isKept) {
      finish(undefined);
      return response;
    }
    if (exchange.isStreamed) {
      return new Response(recordedStream(body, exchange, { finish, maxBytes, headers }), {
        status,
        headers,
      });
    }
    const bytes = new Uint8Array(await response.arrayBuffer());
    const isLong = bytes.length > maxBytes;
    finish(isLong ? undefined : { status, headers: [...headers], pieces: [bytes] });
    return new Response(bytes, { status, headers });
  } catch (error) {
    finish(undefined);
    throw error;
  }
}

function recordedStream(
  body: ReadableStream<Uint8Array>,
  { notes }: Exchange,
  { finish, maxBytes, headers }: { finish: Finish; maxBytes: number; headers: Headers },
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await reader.read();
        if (!done) {
          length += value.length;
          if (length <= maxBytes) pieces.push(new Uint8Array(value));
          controller.enqueue(value);
          return;
        }
        const isWhole = length <= maxBytes && !notes.isBrokenOff;
        finish(isWhole ? { status: 200, headers: [...headers], pieces } : undefined);
        controller.close();
      },
      async cancel(reason) {
        finish(undefined);
        await reader.cancel(reason);
      },
    },
    // What is not read must not be asked for: the upstream's clock stands while the client is awaited.
    { highWaterMark: 0 },
  );
}

function repeat({ status, headers, pieces }: AnswerRecord): Response {
  return new Response(new Blob([...pieces]), {
    status,
    headers: [...headers, ['idempotent-replayed', 'true']],
  });
}

async function unlessAborted<T>(task: Promise<T>, signal: Cancellable): Promise<T> {
  signal.throwIfAborted();
  return await new Promise<T>((resolve, reject) => {
    const leave = (): void => reject(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    task.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
