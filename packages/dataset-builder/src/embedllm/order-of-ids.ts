const CANONICAL_INTEGER = /^(?:0|[1-9]\d{0,14})$/;

/**
 * The order in which ids are presented: ascending where all are integers without leading zeros,
 * because tensors published next to EmbedLLM's tables have row i for id i; otherwise as they are.
 *
 * @returns indices into `ids`, `undefined` where the order stays.
 */
export function orderOfIds(ids: readonly string[]): number[] | undefined {
  if (!ids.every((id) => CANONICAL_INTEGER.test(id))) return undefined;
  const numbers = ids.map(Number);
  const order = numbers.map((_, index) => index);
  return order.sort((a, b) => numbers[a]! - numbers[b]!);
}

/** The items in the given order; as they are where it is `undefined`. */
export function permute<T>(
  items: readonly T[],
  order: readonly number[] | undefined,
): readonly T[] {
  return order === undefined ? items : order.map((index) => items[index] as T);
}
