/**
 * Where `withCache` keeps vectors. Keys are 64 lower-case hexadecimal digits; a key identifies one
 * text and one encoder, so a store can serve any number of encoders.
 */
export interface EmbeddingStore {
  /**
   * Looks up vectors.
   *
   * @returns those that are there, by key; the others are left out.
   */
  get(keys: readonly string[]): Promise<ReadonlyMap<string, Float32Array>>;
  /**
   * Keeps vectors; they must still be there after a kill once the promise has resolved. The caller
   * may change the arrays afterwards, so that a store copies what it keeps.
   */
  set(entries: ReadonlyMap<string, Float32Array>): Promise<void>;
}
