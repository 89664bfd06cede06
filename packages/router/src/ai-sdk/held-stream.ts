import { EarlyStreamError, messageOf } from './attempt.js';
import type { CallUsage, StreamPart, TextResult } from './language-model.js';

/** A stream that was read to its end. */
export interface HeldStream<Part> extends Pick<TextResult, 'content' | 'finishReason'> {
  readonly parts: readonly Part[];
  readonly usage?: CallUsage;
}

/**
 * Reads a stream to its end.
 *
 * @throws EarlyStreamError where it holds an error, or breaks off; what reading it throws.
 */
export async function readWhole<Part extends StreamPart>(
  stream: ReadableStream<Part>,
): Promise<HeldStream<Part>> {
  const reader = stream.getReader();
  const parts: Part[] = [];
  let text = '';
  for (;;) {
    const { done, value: part } = await reader.read();
    if (done) throw new EarlyStreamError('The stream ended before its answer was complete.');
    parts.push(part);
    if (part.type === 'error') {
      reader.cancel().catch(() => undefined);
      const cause = 'error' in part ? part.error : undefined;
      throw new EarlyStreamError(messageOf(cause), { cause });
    }
    if (part.type === 'text-delta' && 'delta' in part) text += String(part.delta);
    if (part.type !== 'finish') continue;
    const reason = 'finishReason' in part ? part.finishReason : undefined;
    const usage = usageOf(part);
    const content = [{ type: 'text', text }];
    const finishReason = isReason(reason) ? reason : { unified: 'other' };
    return { parts, content, finishReason, ...(usage && { usage }) };
  }
}

/** The usage that the end of a stream states. */
export function usageOf(part: StreamPart): CallUsage | undefined {
  return part.type === 'finish' && 'usage' in part && isUsage(part.usage) ? part.usage : undefined;
}

function isReason(value: unknown): value is { unified: string } {
  return typeof value === 'object' && value !== null && 'unified' in value;
}

function isUsage(value: unknown): value is CallUsage {
  return (
    typeof value === 'object' &&
    value !== null &&
    [Reflect.get(value, 'inputTokens'), Reflect.get(value, 'outputTokens')].every(
      (tokens) => typeof tokens === 'object' && tokens !== null,
    )
  );
}
