import { StoredSettings } from '../record/stored-settings.js';

/** What decides the vectors of a static encoder besides its files; travels in the artifact. */
export interface StaticSettings {
  /** Version of this encoder's stored form. */
  readonly formatVersion: 1;
  /** What the encoder is called. */
  readonly name: string;
  /** Whether rows are scaled to unit length. */
  readonly normalize: boolean;
  /** Tokens of a text that count, from its start; null for all. */
  readonly maxTokens: number | null;
}

/** Begins the `QuestionEncoder.id` of every static encoder; its name follows. */
export const STATIC_PREFIX = 'static:' as const;

/** The files of a static encoder, as model2vec names them. */
export const TOKENIZER_FILE = 'tokenizer.json';
export const WEIGHTS_FILE = 'model.safetensors';

/** @throws DataError `unsupported-version` or `invalid-artifact`, naming the field. */
export function readStaticSettings(
  stored: Readonly<Record<string, unknown>> | undefined,
): StaticSettings {
  const settings = new StoredSettings('static', stored);
  return {
    formatVersion: 1,
    name: settings.text('name'),
    normalize: settings.flag('normalize'),
    maxTokens:
      stored?.maxTokens === null ? null : settings.integer('maxTokens', { min: 1, max: 2 ** 31 }),
  };
}
