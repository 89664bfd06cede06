import type { SessionOutcome } from '@embedllm/router/sessions';
import { typedText } from '@embedllm/router/sessions';
import type { Step } from './steps.js';

/** How users say that the answer before is not what they wanted. */
const CORRECTION =
  /^(?:no\b|nope\b|wrong\b|stop\b|undo\b|revert\b)|\b(?:that(?:'s| is| was)? (?:wrong|incorrect|not (?:right|correct|what i))|(?:still|again) (?:fails?|failing|broken|wrong|not working|does ?n[o']t work)|(?:does|did|is)(?: not|n't) (?:work|what i (?:asked|want|meant))|try again|not what i (?:asked|want|meant))\b/i;
/** Earlier calls among which a repeated one is looked for. */
const REMEMBERED_CALLS = 5;
/** Characters of what a user said that are looked at. */
const LOOKED_AT = 400;

/**
 * What a request shows of its session that the request before it did not: how the tools fared that the model
 * called last, whether it had made the same calls before, and whether the user corrects it.
 *
 * @param steps - The last ones of the conversation, in order.
 */
export function seenOutcomes(steps: readonly Step[]): SessionOutcome[] {
  const last = steps.findLastIndex(isOfModel);
  if (last < 0) return [];
  const turn = steps.slice(0, last).findLastIndex((step) => !isOfModel(step)) + 1;
  const before = steps.slice(0, turn).flatMap(callKey).slice(-REMEMBERED_CALLS);
  const made = steps.slice(turn, last + 1).flatMap(callKey);
  return [
    ...made.map((key): SessionOutcome => ({ kind: 'call', failed: before.includes(key) })),
    ...steps.slice(last + 1).flatMap(outcomeOf),
  ];
}

/** Whether the request comes between a call and its results, and the model has thought about the call. */
export function isMidThought(steps: readonly Step[], isThinking: boolean): boolean {
  const last = steps.findLastIndex(isOfModel);
  if (!steps.slice(last + 1).some(({ kind }) => kind === 'result')) return false;
  const asked = steps.slice(0, last).findLastIndex(({ kind }) => kind === 'user');
  const turn = steps.slice(asked + 1, last + 1);
  return isThinking || turn.some((step) => 'hasThought' in step && step.hasThought);
}

function isOfModel({ kind }: Step): boolean {
  return kind === 'answer' || kind === 'call';
}

function callKey(step: Step): string[] {
  return step.kind === 'call' ? [step.key] : [];
}

function outcomeOf(step: Step): SessionOutcome[] {
  if (step.kind === 'result') return [{ kind: 'tool', failed: step.failed }];
  if (step.kind !== 'user') return [];
  const said = typedText(step.text).slice(0, LOOKED_AT);
  return said === '' ? [] : [{ kind: 'user', failed: CORRECTION.test(said) }];
}
