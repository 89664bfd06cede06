/**
 * Splits texts, in their order, into batches of at most so many texts and characters. A text that is
 * longer than a batch may be goes alone.
 *
 * @returns the indices of each batch.
 */
export function batchTexts(
  texts: readonly string[],
  indices: readonly number[],
  limits: { readonly batchSize: number; readonly batchCharacters: number },
): number[][] {
  const batches: number[][] = [];
  let batch: number[] = [];
  let characters = 0;
  for (const index of indices) {
    const length = (texts[index] as string).length;
    const isFull =
      batch.length === limits.batchSize || characters + length > limits.batchCharacters;
    if (isFull && batch.length > 0) {
      batches.push(batch);
      batch = [];
      characters = 0;
    }
    batch.push(index);
    characters += length;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}
