import type { Matrix } from '../matrix/matrix.js';
import type { Progress } from '../progress.js';

/** Options that every encoder takes. */
export interface EncodeOptions {
  /** Stops the work; `encode` then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called now and then with the number of texts done and the total; the phase is `encode`. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/**
 * Turns question texts into vectors. Implement this to plug in any embedding model:
 * an object with `id`, `dimensions` and `encode` is all that is needed.
 */
export interface QuestionEncoder {
  /** Names the kind of encoder and its model, for example `lsa` or `transformers:all-mpnet-base-v2`. */
  readonly id: string;
  /** Length D of every vector. */
  readonly dimensions: number;
  /**
   * Changes whenever the vectors would: covers the settings and, for a fitted encoder, its
   * parameters. A model refuses an encoder with another fingerprint than it was trained with.
   *
   * @default the `id`
   */
  readonly fingerprint?: string | undefined;
  /**
   * Encodes texts.
   *
   * @returns shape [texts.length, dimensions], one row per text in the order given, all finite.
   */
  encode(texts: readonly string[], options?: EncodeOptions): Promise<Matrix>;
  /**
   * The share of each text that its vector stands for, where the encoder can tell: words that it
   * does not know are missing from the vector, and a vector of fixed length does not show it.
   *
   * @returns length `texts.length`, from 0 (nothing) to 1 (everything).
   * @default not known: a router then looks at the vectors alone
   */
  coverage?(texts: readonly string[], options?: EncodeOptions): Promise<Float32Array>;
}

/** An encoder whose fitted parameters travel inside the artifact. */
export interface SerializableEncoder extends QuestionEncoder {
  /**
   * @returns `settings`, plain JSON for `config.json`; and `files`, named without folders,
   * which the artifact keeps under `encoder/` and hashes.
   */
  serialize(): SerializedEncoder;
}

/** What `SerializableEncoder.serialize` gives and a loader of that encoder takes. */
export interface SerializedEncoder {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly files: ReadonlyMap<string, Uint8Array>;
}
