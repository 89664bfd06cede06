import { EmbedLLMError, type QuestionEncoder } from '@embedllm/core';
import { didYouMean, environmentValue } from '@embedllm/internals';
import type { Context } from '../program/context.js';
import { UsageError } from '../program/failure.js';
import { ENCODER_KINDS, type EncoderSettings } from './encoder-settings.js';

/** What an encoder is made from. */
export interface CreateEncoderOptions {
  readonly settings: EncoderSettings | QuestionEncoder;
  /** Questions of the training part, for encoders that are fitted. */
  readonly trainingTexts: readonly string[];
  /** Seed of encoders that draw random numbers. */
  readonly seed: number;
}

/**
 * Makes the encoder that the settings describe, or takes the one that they are.
 *
 * @throws UsageError when settings lack something; otherwise as the encoders of
 * `@embedllm/question-encoder` do.
 */
export async function createEncoder(
  context: Context,
  { settings, trainingTexts, seed }: CreateEncoderOptions,
): Promise<QuestionEncoder> {
  if (isEncoder(settings)) return settings;
  const { kind, dimensions, batchSize, prefix } = settings;
  const { signal, progress, warn } = context;
  switch (kind) {
    case 'lsa':
      return fitLsa(context, { trainingTexts, dimensions, seed });
    case 'english':
    case 'lsa+english': {
      const { englishEncoder } = await import('@embedllm/encoder-english');
      const english = await englishEncoder({ signal });
      if (kind === 'lsa+english') {
        const { joinEncoders } = await import('@embedllm/question-encoder');
        return joinEncoders([await fitLsa(context, { trainingTexts, dimensions, seed }), english]);
      }
      if (dimensions !== undefined && dimensions !== english.dimensions) {
        throw new UsageError(
          `The encoder english has ${english.dimensions} dimensions, not ${dimensions}.`,
        );
      }
      return english;
    }
    case 'hashing': {
      const { createHashingEncoder } = await import('@embedllm/question-encoder');
      return createHashingEncoder({ dimensions, seed });
    }
    case 'static': {
      if (settings.folder === undefined) {
        throw new UsageError('A static encoder needs --encoder-folder, the folder of its model.');
      }
      const { loadStaticEncoder } = await import('@embedllm/question-encoder/node');
      return loadStaticEncoder(context.path(settings.folder));
    }
    case 'transformers': {
      const { createTransformersEncoder } = await import('@embedllm/question-encoder/transformers');
      const task = progress.start('Loading the model');
      const encoder = await createTransformersEncoder({
        model: settings.model,
        folder: settings.folder === undefined ? undefined : context.path(settings.folder),
        revision: settings.revision,
        dtype: readDtype(settings.dtype),
        dimensions,
        prompt: settings.prompt,
        prefix,
        batchSize,
        signal,
        onProgress: task.onProgress,
        onTruncated: ({ truncated, total, maxTokens }) =>
          warn(
            `${truncated} of ${total} questions are longer than ${maxTokens} tokens and were truncated.`,
          ),
      });
      task.end();
      return encoder;
    }
    case 'endpoint': {
      const { baseURL, model, apiKeyEnv } = settings;
      if (baseURL === undefined || model === undefined) {
        throw new UsageError('An endpoint needs --encoder-url and --encoder-model.');
      }
      const { createEndpointEncoder } = await import('@embedllm/question-encoder/endpoint');
      return createEndpointEncoder({
        baseURL,
        model,
        apiKey: apiKeyFrom(context, apiKeyEnv),
        dimensions,
        requestDimensions: dimensions === undefined ? undefined : true,
        prefix,
        batchSize,
        signal,
      });
    }
    default:
      throw new UsageError(
        `Unknown encoder kind ${JSON.stringify(kind)}.${didYouMean(kind, ENCODER_KINDS)} Available: ${ENCODER_KINDS.join(', ')}.`,
      );
  }
}

async function fitLsa(
  { signal, progress }: Context,
  options: Pick<CreateEncoderOptions, 'trainingTexts' | 'seed'> & {
    dimensions: number | undefined;
  },
): Promise<QuestionEncoder> {
  const { trainingTexts: texts, dimensions, seed } = options;
  const { fitLsaEncoder } = await import('@embedllm/question-encoder');
  const task = progress.start('Fitting lsa');
  const { onProgress } = task;
  const encoder = await fitLsaEncoder({ texts, dimensions, seed, signal, onProgress }).catch(
    (error: unknown) => {
      if (!(error instanceof EmbedLLMError) || error.code !== 'invalid-data') throw error;
      throw new EmbedLLMError(
        `lsa learns from words that questions share, and no two of the ${texts.length} training questions share one. Add questions, or use an encoder that needs no training: --encoder english, --encoder hashing or --encoder transformers.`,
        { code: 'invalid-data', cause: error },
      );
    },
  );
  task.end();
  return encoder;
}

/** Whether the configuration holds an encoder rather than how to make one. */
export function isEncoder(value: EncoderSettings | QuestionEncoder): value is QuestionEncoder {
  return 'encode' in value && typeof value.encode === 'function';
}

/** @throws UsageError when the variable is named but not set. */
export function apiKeyFrom({ io }: Context, variable: string | undefined): string | undefined {
  if (variable === undefined) return undefined;
  const key = environmentValue(io.env, variable);
  if (!key) throw new UsageError(`The environment variable ${variable} is not set.`);
  return key;
}

const DTYPES = [
  'fp32',
  'fp16',
  'q8',
  'int8',
  'uint8',
  'q4',
  'q4f16',
  'bnb4',
  'q2',
  'q2f16',
  'q1',
  'q1f16',
] as const;

function readDtype(text: string | undefined): (typeof DTYPES)[number] | undefined {
  if (text === undefined) return undefined;
  const dtype = DTYPES.find((known) => known === text);
  if (!dtype)
    throw new UsageError(`--encoder-dtype must be one of ${DTYPES.join(', ')}, not ${text}.`);
  return dtype;
}
