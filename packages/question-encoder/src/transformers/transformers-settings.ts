import { DataError, type SerializedEncoder } from '@embedllm/core';
import type { HeadModule } from './head.js';
import { FILE_ENDINGS, type ModelDtype } from './model-source.js';
import { POOLINGS, type Pooling } from './pooling.js';
import { isPositiveInteger, isText, readHead } from './stored-head.js';

/** What decides the vectors of a transformers encoder; travels in the artifact's `config.json`. */
export interface TransformersSettings {
  /** Version of this encoder's stored form. */
  readonly formatVersion: 1;
  /** The hub id, or the name given to a folder. */
  readonly model: string;
  /** Whether the model came from the hub or from a folder. */
  readonly source: 'hub' | 'folder';
  /** Branch, tag or commit on the hub; `main` may move. */
  readonly revision: string;
  readonly dtype: ModelDtype;
  readonly pooling: Pooling;
  readonly normalize: boolean;
  /** Longest input in tokens; null for no limit. */
  readonly maxTokens: number | null;
  /** Put before every text. */
  readonly prefix: string;
  /** SHA-256 of a folder's files; null for the hub. */
  readonly contentHash: string | null;
  /** `single`: one text at a time, because the weights round by the batch. */
  readonly batching?: 'single' | undefined;
  /** Leading components that are kept; all where it is left out. */
  readonly dimensions?: number | undefined;
  /** Whether vectors are shifted and scaled to mean 0 and variance 1 before they are cut. */
  readonly layerNorm?: true | undefined;
  /** Whether texts become lower-case before they are tokenised. */
  readonly lowerCase?: true | undefined;
  /** `false` where the tokens of `prefix` are not pooled. */
  readonly includePrompt?: false | undefined;
  /** Number of the adapter of a model with several. */
  readonly task?: number | undefined;
  /** The modules of the model between pooling and the last scaling. */
  readonly head?: readonly HeadModule[] | undefined;
}

/** What `serialize` of a transformers encoder gives: settings only, for the model stays outside. */
export function serializeTransformers(settings: TransformersSettings): SerializedEncoder {
  return { settings: { ...settings }, files: new Map() };
}

/**
 * Reads stored settings, which may come from anywhere.
 *
 * @throws DataError `unsupported-version` or `invalid-artifact`, naming the field.
 */
export function readTransformersSettings(
  settings: Readonly<Record<string, unknown>>,
): TransformersSettings {
  const field = <T>(name: string, expected: string, is: (value: unknown) => value is T): T => {
    const value = Object.hasOwn(settings, name) ? settings[name] : undefined;
    if (is(value)) return value;
    throw new DataError(`Must be ${expected}.`, {
      file: 'config.json',
      field: `encoder.settings.${name}`,
      code: name === 'formatVersion' ? 'unsupported-version' : 'invalid-artifact',
    });
  };
  // Left out where they do not apply, so that records of earlier versions keep their fingerprint.
  const has = (name: keyof TransformersSettings): boolean => settings[name] !== undefined;
  return {
    formatVersion: field(
      'formatVersion',
      '1, the version that this library reads',
      (value) => value === 1,
    ),
    model: field('model', 'a string', isText),
    source: field('source', '"hub" or "folder"', (value) => value === 'hub' || value === 'folder'),
    revision: field('revision', 'a string', isText),
    dtype: field(
      'dtype',
      `one of ${Object.keys(FILE_ENDINGS).join(', ')}`,
      (value): value is ModelDtype => isText(value) && Object.hasOwn(FILE_ENDINGS, value),
    ),
    pooling: field('pooling', `one of ${POOLINGS.join(', ')}`, (value): value is Pooling =>
      POOLINGS.some((pooling) => pooling === value),
    ),
    normalize: field('normalize', 'true or false', (value) => typeof value === 'boolean'),
    maxTokens: field(
      'maxTokens',
      'a positive integer or null',
      (value): value is number | null => value === null || isPositiveInteger(value),
    ),
    prefix: field('prefix', 'a string', isText),
    contentHash: field(
      'contentHash',
      'a string or null',
      (value): value is string | null => value === null || isText(value),
    ),
    ...(has('batching') && { batching: field('batching', '"single"', (v) => v === 'single') }),
    ...(has('dimensions') && {
      dimensions: field('dimensions', 'a positive integer', isPositiveInteger),
    }),
    ...(has('layerNorm') && { layerNorm: field('layerNorm', 'true', (v) => v === true) }),
    ...(has('lowerCase') && { lowerCase: field('lowerCase', 'true', (v) => v === true) }),
    ...(has('includePrompt') && {
      includePrompt: field('includePrompt', 'false', (v) => v === false),
    }),
    ...(has('task') && {
      task: field(
        'task',
        'an integer of at least 0',
        (v): v is number => v === 0 || isPositiveInteger(v),
      ),
    }),
    ...(has('head') && { head: readHead(settings.head) }),
  };
}
