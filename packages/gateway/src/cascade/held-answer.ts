import type { CandidateAnswer } from '../ask-candidates.js';
import { CLIENT_GONE, type Exchange } from '../exchange.js';
import type { ChatRequest } from '../http/chat-request.js';
import { joinBytes, wholeOf } from '../http/join-bytes.js';
import { parseObject } from '../http/json-object.js';
import { answerText } from '../protocol/answer-text.js';
import { readBytes } from '../upstream/read-bytes.js';
import { UpstreamFailure } from '../upstream/upstream-failure.js';

/** An answer that was read to its end before it is passed on. */
export interface HeldAnswer {
  readonly asked: CandidateAnswer;
  /** What it says; empty where it is not whole, so that it agrees with none. */
  readonly text: string;
}

/** Reasons for which an answer ends that is whole, in all protocols. */
const WHOLE: ReadonlySet<string> = new Set(['stop', 'end_turn', 'stop_sequence', 'completed']);

/**
 * Reads an answer of one of several models to its end.
 *
 * @throws UpstreamFailure where the model refuses the request, or the answer breaks off or is too long to be held.
 */
export async function holdAnswer(
  part: Exchange,
  { protocol }: ChatRequest,
  asked: CandidateAnswer,
): Promise<HeldAnswer> {
  const { answer, model } = asked;
  if (answer.status !== 200) {
    throw new UpstreamFailure('status', `${model} refused the request.`, { status: answer.status });
  }
  const { body } = answer;
  const isStream = body instanceof ReadableStream;
  const bytes = isStream ? await readWhole(part, body) : wholeOf(body);
  const { finishReasons = [] } = part.notes;
  const isWhole = finishReasons.every((reason) => WHOLE.has(reason));
  const said = isStream
    ? eventsIn(bytes).map((event) => protocol.textIn?.(event) ?? '')
    : [answerText(parseObject(bytes) ?? {}) ?? ''];
  const held = { ...asked, answer: { ...answer, body: bytes } };
  return { asked: held, text: isWhole ? said.join('') : '' };
}

/** A held answer to a streamed request, as the stream that it was; it settles the exchange when it is over. */
export function streamAgain(
  exchange: Exchange,
  { answer, ...asked }: CandidateAnswer,
): CandidateAnswer {
  let held = answer.body instanceof ReadableStream ? undefined : wholeOf(answer.body);
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (held) {
        controller.enqueue(held);
        held = undefined;
        return;
      }
      exchange.settle(200);
      controller.close();
    },
    cancel: () => exchange.settle(CLIENT_GONE),
  });
  return { ...asked, answer: { ...answer, body } };
}

async function readWhole(
  { notes, state }: Exchange,
  stream: ReadableStream<Uint8Array>,
): Promise<Uint8Array<ArrayBuffer>> {
  const { responseBytes } = state.configuration.limits;
  const { pieces, isWhole } = await readBytes({ body: stream }, responseBytes);
  if (!isWhole) {
    const message = `The answer is longer than ${responseBytes} bytes (limits.responseBytes).`;
    throw new UpstreamFailure('broken', message);
  }
  if (notes.isBrokenOff) throw new UpstreamFailure('broken', 'The stream broke off.');
  return joinBytes(pieces);
}

/** The events of a stream; what is not JSON, such as its end, is left out. */
function eventsIn(bytes: Uint8Array): Readonly<Record<string, unknown>>[] {
  const lines = new TextDecoder().decode(bytes).split(/\r\n|\r|\n/);
  return lines.flatMap((line) => {
    const event = line.startsWith('data:') ? parseObject(line.slice('data:'.length)) : undefined;
    return event ? [event] : [];
  });
}
