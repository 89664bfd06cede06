/** Above this many wanted models sorting all of them is faster than inserting. */
const INSERTION_LIMIT = 32;

/**
 * The `top` models with the largest logits, best first; equal logits keep pool order.
 *
 * Ranks by logit and not by probability, because probabilities near 1 round to the same number.
 *
 * @param logits - Length M, finite.
 * @param allowed - Indices into `logits`, ascending.
 */
export function rankModels(
  logits: Float32Array,
  allowed: readonly number[],
  top: number,
): number[] {
  const compare = (a: number, b: number): number =>
    (logits[b] as number) - (logits[a] as number) || a - b;
  if (top > INSERTION_LIMIT) return [...allowed].sort(compare).slice(0, top);
  const ranked: number[] = [];
  for (const model of allowed) {
    const logit = logits[model] as number;
    let place = ranked.length;
    // Strictly greater: an equal logit stays behind the earlier model.
    while (place > 0 && logit > (logits[ranked[place - 1] as number] as number)) place--;
    if (place === top) continue;
    if (ranked.length < top) ranked.push(model);
    ranked.copyWithin(place + 1, place, ranked.length - 1);
    ranked[place] = model;
  }
  return ranked;
}
