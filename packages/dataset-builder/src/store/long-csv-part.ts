import type { PackedTexts } from '../csv/packed-texts.js';

/** What a reader of a long CSV file found since the part before; threads pass it on. */
export interface LongCsvPart {
  /** Responses by codes of the reader, [rows] each. */
  readonly questions: Int32Array<ArrayBuffer>;
  readonly models: Int32Array<ArrayBuffer>;
  readonly scores: Float64Array<ArrayBuffer>;
  /** Records that say that a model was not asked. */
  readonly notAsked: number;
  /** Questions that are new, in the order of their codes. */
  readonly newQuestions: NewQuestions;
  /** Names of models that are new, in the order of their codes. */
  readonly newModels: PackedTexts;
  /** Categories that are new, in the order of their codes. */
  readonly newCategories: PackedTexts;
  /** Keys of models that are new, with the model's code. */
  readonly newKeys: { readonly keys: PackedTexts; readonly models: Int32Array<ArrayBuffer> };
}

/** What a file says of questions, by position. */
export interface NewQuestions {
  readonly ids: PackedTexts;
  /** Codes of categories, -1 where the file has none. */
  readonly categories: Int32Array<ArrayBuffer>;
  /** No texts where the file has no prompts. */
  readonly prompts: PackedTexts;
  /** `DIGEST_BYTES` of each prompt. */
  readonly digests: Uint8Array<ArrayBuffer>;
}

/** The buffers of a part, which can change hands. */
export function buffersOf(part: LongCsvPart): ArrayBuffer[] {
  const { newQuestions, newModels, newCategories, newKeys } = part;
  const texts = [newQuestions.ids, newQuestions.prompts, newModels, newCategories, newKeys.keys];
  return [
    part.questions,
    part.models,
    part.scores,
    newQuestions.categories,
    newQuestions.digests,
    newKeys.models,
    ...texts.flatMap(({ bytes, ends }) => [bytes, ends]),
  ].map(({ buffer }) => buffer);
}
