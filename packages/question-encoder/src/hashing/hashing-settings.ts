import type { SerializedEncoder } from '@embedllm/core';
import { checkInteger, type NumberRange } from '@embedllm/internals';
import { StoredSettings } from '../record/stored-settings.js';

/** What decides the vectors of a hashing encoder; travels in the artifact's `config.json`. */
export interface HashingSettings {
  /** Version of this encoder's stored form, of its tokens and of its hash. */
  readonly formatVersion: 1;
  /** Length D of every vector. */
  readonly dimensions: number;
  /** Most words in a term. */
  readonly ngrams: number;
  /** Seed of the hash. */
  readonly seed: number;
}

/** `QuestionEncoder.id` of every hashing encoder. */
export const HASHING_ID = 'hashing' as const;

const RANGES: Readonly<Record<Exclude<keyof HashingSettings, 'formatVersion'>, NumberRange>> = {
  dimensions: { min: 1, max: 65_536 },
  ngrams: { min: 1, max: 5 },
  seed: { min: 0, max: 2 ** 32 - 1 },
};

/** @throws EmbedLLMError `invalid-argument` naming the option that is out of range. */
export function checkHashingSettings(
  settings: Omit<HashingSettings, 'formatVersion'>,
): HashingSettings {
  const check = (name: keyof typeof RANGES): number =>
    checkInteger(name, settings[name], RANGES[name]);
  return {
    formatVersion: 1,
    dimensions: check('dimensions'),
    ngrams: check('ngrams'),
    seed: check('seed'),
  };
}

/**
 * Reads stored settings, which may come from anywhere.
 *
 * @throws DataError `unsupported-version` or `invalid-artifact`, naming the field.
 */
export function readHashingSettings(
  stored: Readonly<Record<string, unknown>> | undefined,
): HashingSettings {
  const settings = new StoredSettings(HASHING_ID, stored);
  return {
    formatVersion: 1,
    dimensions: settings.integer('dimensions', RANGES.dimensions),
    ngrams: settings.integer('ngrams', RANGES.ngrams),
    seed: settings.integer('seed', RANGES.seed),
  };
}

/** Settings are all there is to store. */
export function serializeHashing(settings: HashingSettings): SerializedEncoder {
  return { settings: { ...settings }, files: new Map() };
}

/** The settings themselves, spelled out: equal fingerprints give equal vectors. */
export function hashingFingerprint(settings: HashingSettings): string {
  const { formatVersion, dimensions, ngrams, seed } = settings;
  return `${HASHING_ID}:v${formatVersion}:dimensions=${dimensions},ngrams=${ngrams},seed=${seed}`;
}
