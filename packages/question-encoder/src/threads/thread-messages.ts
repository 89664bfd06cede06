/** What a thread is asked for. */
export interface ThreadRequest {
  readonly id: number;
  readonly ask: 'encode' | 'coverage';
  readonly texts: readonly string[];
}

/** The vectors, row by row, or the coverage; or why there is none. */
export type ThreadAnswer =
  | { readonly id: number; readonly data: Float32Array | undefined }
  | { readonly id: number; readonly error: unknown };
