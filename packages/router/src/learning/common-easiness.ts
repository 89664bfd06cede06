/** Beyond this a question's text says nothing any more. */
const FARTHEST = 8;

/**
 * How much easier, in logits, questions are than their texts say: the one number under which as many
 * answers are right as expected. With half an answer right and half an answer wrong added, so that
 * it is finite where all are alike.
 *
 * @param logits - Of each answer, by the text of its question.
 * @param outcomes - Of each answer, 0 to 1.
 */
export function commonEasiness(logits: readonly number[], outcomes: readonly number[]): number {
  if (outcomes.length === 0) return 0;
  const right = outcomes.reduce((sum, outcome) => sum + outcome, 0.5);
  const all = outcomes.length + 1;
  const expected = (offset: number): number =>
    logits.reduce((sum, logit) => sum + 1 / (1 + Math.exp(-logit - offset)), 0) *
    (all / outcomes.length);
  let [low, high] = [-FARTHEST, FARTHEST];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (expected(middle) < right) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
