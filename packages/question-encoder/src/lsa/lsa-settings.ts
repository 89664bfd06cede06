import { DataError, EmbedLLMError } from '@embedllm/core';
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

interface Range {
  readonly min: number;
  readonly max: number;
}

/** The documented ranges, which hold for options and for stored settings alike. */
const RANGES: Readonly<Record<Exclude<keyof LsaSettings, 'formatVersion'>, Range>> = {
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
  const { min, max } = RANGES[name];
  if (!isWithin(value, RANGES[name])) {
    throw new EmbedLLMError(
      'invalid-argument',
      `\`${name}\` must be an integer from ${min} to ${max}, but is ${String(value)}.`,
    );
  }
  return value;
}

/**
 * Reads stored settings, which may come from anywhere.
 *
 * @throws DataError `unsupported-version` or `invalid-artifact`, naming the field.
 */
export function readLsaSettings(
  stored: Readonly<Record<string, unknown>> | undefined,
): LsaSettings {
  const file = 'config.json';
  if (typeof stored !== 'object' || stored === null) {
    throw new DataError(
      'The artifact holds no settings for its `lsa` encoder.',
      { file, field: 'encoder.settings' },
      { code: 'invalid-artifact' },
    );
  }
  const version = Object.hasOwn(stored, 'formatVersion') ? stored.formatVersion : undefined;
  if (version !== 1) {
    throw new DataError(
      `This version of @embedllm/question-encoder reads format 1 of the \`lsa\` encoder, but found ${describe(version)}. A newer version may read it.`,
      { file, field: 'encoder.settings.formatVersion' },
      { code: 'unsupported-version' },
    );
  }
  const read = (name: RangedName): number => {
    const value = Object.hasOwn(stored, name) ? stored[name] : undefined;
    if (typeof value !== 'number' || !isWithin(value, RANGES[name])) {
      throw new DataError(
        `Must be an integer from ${RANGES[name].min} to ${RANGES[name].max}, but is ${describe(value)}.`,
        { file, field: `encoder.settings.${name}` },
        { code: 'invalid-artifact' },
      );
    }
    return value;
  };
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

function isWithin(value: number, { min, max }: Range): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}

function describe(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40));
  return value === null
    ? 'null'
    : `a value of type ${Array.isArray(value) ? 'array' : typeof value}`;
}
