import { checkInteger, type NumberRange } from '@embedllm/internals';
import { StoredSettings } from '../record/stored-settings.js';
import { MAX_TERMS } from '../text/vocabulary.js';

/** How an LSA encoder was fitted; travels in the artifact's `config.json`. */
export interface LsaSettings {
  /** Version of this encoder's stored form. */
  readonly formatVersion: 1;
  /** Length D of every vector. */
  readonly dimensions: number;
  /** The length asked for; larger than `dimensions` where the texts did not span as many. */
  readonly requestedDimensions: number;
  /** Most words in a term. */
  readonly ngrams: number;
  /** Texts that a term had to occur in to be kept. */
  readonly minDocumentFrequency: number;
  /** Upper limit on the number of terms. */
  readonly maxTerms: number;
  /** Extra random directions of the decomposition. */
  readonly oversampling: number;
  /** Power iterations of the decomposition. */
  readonly powerIterations: number;
  /** Seed of the decomposition. */
  readonly seed: number;
  /** Number of texts fitted on. */
  readonly texts: number;
  /** Number of terms kept. */
  readonly terms: number;
}

/** The documented ranges, which hold for options and for stored settings alike. */
const RANGES: Readonly<Record<Exclude<keyof LsaSettings, 'formatVersion'>, NumberRange>> = {
  dimensions: { min: 1, max: 4096 },
  requestedDimensions: { min: 1, max: 4096 },
  ngrams: { min: 1, max: 5 },
  minDocumentFrequency: { min: 1, max: 2 ** 31 - 1 },
  maxTerms: { min: 1, max: MAX_TERMS },
  oversampling: { min: 0, max: 4096 },
  powerIterations: { min: 1, max: 100 },
  seed: { min: 0, max: 2 ** 32 - 1 },
  texts: { min: 1, max: 2 ** 31 - 1 },
  terms: { min: 1, max: MAX_TERMS },
};

type RangedName = keyof typeof RANGES;

/**
 * Checks one numeric option.
 *
 * @throws EmbedLLMError `invalid-argument` with the allowed range.
 */
export function checkOption(name: RangedName, value: number): number {
  return checkInteger(name, value, RANGES[name]);
}

/**
 * Reads stored settings, which may come from anywhere.
 *
 * @throws DataError `unsupported-version` or `invalid-artifact`, naming the field.
 */
export function readLsaSettings(
  stored: Readonly<Record<string, unknown>> | undefined,
): LsaSettings {
  const settings = new StoredSettings('lsa', stored);
  const read = (name: RangedName): number => settings.integer(name, RANGES[name]);
  return {
    formatVersion: 1,
    dimensions: read('dimensions'),
    requestedDimensions: read('requestedDimensions'),
    ngrams: read('ngrams'),
    minDocumentFrequency: read('minDocumentFrequency'),
    maxTerms: read('maxTerms'),
    oversampling: read('oversampling'),
    powerIterations: read('powerIterations'),
    seed: read('seed'),
    texts: read('texts'),
    terms: read('terms'),
  };
}
