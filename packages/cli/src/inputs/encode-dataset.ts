import { createHash } from 'node:crypto';
import { access } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { DataError, type EncoderRecord, type Matrix, type QuestionEncoder } from '@embedllm/core';
import { readMatrixFile } from '@embedllm/core/node';
import { quantity } from '@embedllm/internals';
import { encoderRecord } from '@embedllm/question-encoder';
import type { Context } from '../program/context.js';
import type { ClusterOptions } from './cluster-options.js';
import { createEncoder, isEncoder } from './create-encoder.js';
import { type QuestionEmbeddings, readEmbeddingsFile } from './embeddings-file.js';
import { encodeTexts } from './encode-texts.js';
import { type EncoderOptions, settingsFromOptions } from './encoder-options.js';
import type { EncoderSettings } from './encoder-settings.js';
import type { OpenDataset } from './open-dataset.js';

/** What `encode` writes into a dataset's folder unless it is told otherwise. */
export const EMBEDDINGS_FILE = 'embeddings.safetensors';

/** Where the vectors of a dataset's questions come from. */
export interface EncodeDatasetOptions extends EncoderOptions, ClusterOptions {
  /** File that `encode` wrote, or a `.npy` file of any other origin. @default none */
  readonly embeddings?: string | undefined;
  readonly seed: number;
}

/**
 * The vectors of all questions of a dataset: those of the file that is named; else, unless an
 * encoder is named, those that `encode` left in the dataset's folder; else newly encoded.
 */
export async function embedDataset(
  context: Context,
  dataset: OpenDataset,
  options: EncodeDatasetOptions,
): Promise<QuestionEmbeddings> {
  if (options.embeddings !== undefined) {
    return readQuestionEmbeddings(context.path(options.embeddings), dataset, context.signal);
  }
  const kept = await keptEmbeddings(context, dataset, options);
  if (kept) {
    context.note(
      `Using the vectors in ${join(dataset.path, EMBEDDINGS_FILE)} (${kept.encoder.id}).`,
    );
    return kept;
  }
  return encodeDataset(context, dataset, options);
}

/** What `encode` left in the dataset's folder, unless another encoder is asked for. */
export async function keptEmbeddings(
  context: Context,
  dataset: OpenDataset,
  options: EncodeDatasetOptions,
): Promise<QuestionEmbeddings | undefined> {
  const { settings, isFromOptions } = chooseEncoder(context, options);
  const file = join(dataset.path, EMBEDDINGS_FILE);
  if (!isFromOptions && dataset.kind === 'folder' && (await exists(file))) {
    const kept = await readEmbeddingsFile(file, dataset.questions, context.signal);
    const isConfigured = context.encoder !== undefined;
    if (!isConfigured || isOf(kept.encoder, settings)) return kept;
    context.note(
      `${file} comes from a different encoder than the configuration's; encoding again.`,
    );
  } else if (!isFromOptions && dataset.embeddings) {
    noteForeignVectors(context, dataset);
  }
  return undefined;
}

/** Vectors that came with the records are not taken unasked: new texts could not be routed. */
function noteForeignVectors({ note }: Context, { path, embeddings }: OpenDataset): void {
  const file = join(path, 'embeddings.npy');
  note(
    `${file} has a vector of length ${embeddings?.cols} for each question, but not the encoder needed for new texts, so the questions are encoded again. Use --embeddings ${file} for these vectors.`,
  );
}

/** The encoder that the options describe, else that of the configuration, else lsa. */
export function chooseEncoder(
  { encoder }: Context,
  options: EncoderOptions,
): { settings: EncoderSettings | QuestionEncoder; isFromOptions: boolean } {
  const described = encoder && !isEncoder(encoder) ? encoder : undefined;
  const settings = settingsFromOptions(options, described);
  return {
    settings: settings ?? encoder ?? { kind: 'lsa' },
    isFromOptions: settings !== undefined,
  };
}

/** Ids of the encoders that are called otherwise than their kind. */
const ENGLISH_IDS: Readonly<Record<string, string>> = {
  english: 'static:all-MiniLM-L6-v2-128',
  'lsa+english': 'join:lsa+static:all-MiniLM-L6-v2-128',
};

/** Whether vectors are of the encoder, as far as can be determined without making it. */
function isOf(
  { id, fingerprint }: EncoderRecord,
  settings: EncoderSettings | QuestionEncoder,
): boolean {
  if (isEncoder(settings)) return fingerprint === (settings.fingerprint ?? settings.id);
  const expected = ENGLISH_IDS[settings.kind] ?? settings.kind;
  return id === expected || id.startsWith(`${expected}:`);
}

/** @throws DataError where the questions have no texts. */
export function assertTexts({ questions, path }: OpenDataset): void {
  if (questions.some(({ prompt }) => prompt.trim() !== '')) return;
  throw new DataError(
    'The questions have no text to encode. Rebuild the dataset from tables with the texts (name their column with build --prompt-column), or pass vectors with --embeddings.',
    { file: path },
  );
}

/** Encodes all questions of a dataset; encoders that are fitted see the training part only. */
export async function encodeDataset(
  context: Context,
  dataset: OpenDataset,
  options: EncodeDatasetOptions,
): Promise<QuestionEmbeddings> {
  assertTexts(dataset);
  const { settings } = chooseEncoder(context, options);
  const texts = dataset.questions.map((question) => question.prompt);
  const encoder = await createEncoder(context, {
    settings,
    trainingTexts: dataset.split.train.map((index) => texts[index] as string),
    seed: options.seed,
  });
  // Looking up a vector takes about as long as these take to make one.
  const isQuick = !isEncoder(settings) && !['transformers', 'endpoint'].includes(settings.kind);
  const encode = async (): Promise<Matrix> => {
    if (options.cluster === undefined) {
      return encodeTexts(context, encoder, texts, { cache: isQuick ? false : options.cache });
    }
    const { encodeOnCluster } = await import('./encode-on-cluster.js');
    return encodeOnCluster(context, encoder, texts, options);
  };
  const embeddings = await encode();
  context.note(
    `Encoded ${quantity(texts.length, 'question')} by ${encoder.id}, ${quantity(encoder.dimensions, 'dimension')}.`,
  );
  return { embeddings, encoder: encoderRecord(encoder) };
}

/**
 * Reads vectors of a dataset's questions: a file of `encode`, or a `.npy` file with a row for each.
 *
 * @throws DataError when they do not fit.
 */
export async function readQuestionEmbeddings(
  path: string,
  dataset: OpenDataset,
  signal: AbortSignal,
): Promise<QuestionEmbeddings> {
  if (extname(path).toLowerCase() !== '.npy') {
    return readEmbeddingsFile(path, dataset.questions, signal);
  }
  const embeddings = await readMatrixFile(path);
  assertRows(embeddings, dataset.questions.length, path);
  return { embeddings, encoder: foreignRecord(embeddings) };
}

function assertRows({ rows }: Matrix, questions: number, file: string): void {
  if (rows === questions) return;
  throw new DataError(
    `It has ${rows} rows, but the dataset has ${questions} questions: row i must belong to question i.`,
    { file },
  );
}

/** Vectors of unknown origin: an artifact of them routes embeddings, or texts by an encoder given. */
function foreignRecord({ cols, data }: Matrix): EncoderRecord {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const digest = createHash('sha256').update(bytes).digest('hex');
  return { id: 'external', fingerprint: `external:${digest}`, dimensions: cols };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
