import { type Command, Option } from 'commander';
import { integer } from '../program/option-types.js';
import { ENCODER_KINDS, type EncoderKind, type EncoderSettings } from './encoder-settings.js';

/** Which encoder turns the questions into vectors. */
export interface EncoderOptions {
  /** @default that of the configuration, else lsa */
  readonly encoder?: EncoderKind | undefined;
  /** Length of the vectors. */
  readonly dimensions?: number | undefined;
  /** Of transformers.js or of the endpoint. */
  readonly encoderModel?: string | undefined;
  /** Folder of a transformers.js model or of a static encoder. */
  readonly encoderFolder?: string | undefined;
  /** Branch, tag or commit of a hub model. */
  readonly encoderRevision?: string | undefined;
  /** Which weights of a transformers.js model. */
  readonly encoderDtype?: string | undefined;
  /** Address of an embeddings API. */
  readonly encoderUrl?: string | undefined;
  /** Environment variable with the key of that API. */
  readonly apiKeyEnv?: string | undefined;
  /** One of the prompts of a transformers.js model. */
  readonly encoderPrompt?: string | undefined;
  /** Put before every text. */
  readonly encoderPrefix?: string | undefined;
  /** Texts in a batch or request. */
  readonly batchSize?: number | undefined;
  /** Folder of cached embeddings; false for none. @default '.embedllm/cache' */
  readonly cache: string | false;
}

/** Adds the options that choose an encoder. */
export function addEncoderOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--encoder <kind>', 'what turns questions into vectors (default: lsa)').choices(
        ENCODER_KINDS,
      ),
    )
    .addOption(
      new Option('--dimensions <integer>', 'length of the vectors').argParser(
        integer({ min: 1, max: 65_536 }),
      ),
    )
    .option('--encoder-model <name>', 'model for transformers.js or the endpoint')
    .option('--encoder-folder <folder>', 'local folder of a transformers.js or static model')
    .option('--encoder-revision <revision>', 'branch, tag or commit of a hub model')
    .option('--encoder-dtype <type>', 'weights of transformers.js: fp32, fp16, q8, ...')
    .option('--encoder-url <url>', 'address of an embeddings API, without /embeddings')
    .option('--api-key-env <name>', 'environment variable with the key of that API')
    .option('--encoder-prompt <name>', "one of a transformers.js model's prompts, such as query")
    .option('--encoder-prefix <text>', 'text to put before every question')
    .addOption(
      new Option('--batch-size <integer>', 'questions per batch or request').argParser(
        integer({ min: 1, max: 4096 }),
      ),
    )
    .addOption(
      new Option(
        '--cache <folder>',
        'folder in which to cache vectors of models and endpoints',
      ).default('.embedllm/cache'),
    )
    .option('--no-cache', 'do not cache vectors');
}

/**
 * The settings that the options spell out, completed from those of the configuration where the
 * options do not name another kind of encoder.
 *
 * @returns `undefined` where no option says anything.
 */
export function settingsFromOptions(
  options: EncoderOptions,
  configured: EncoderSettings | undefined,
): EncoderSettings | undefined {
  const { encoder } = options;
  const given = {
    dimensions: options.dimensions,
    model: options.encoderModel,
    folder: options.encoderFolder,
    revision: options.encoderRevision,
    dtype: options.encoderDtype,
    baseURL: options.encoderUrl,
    apiKeyEnv: options.apiKeyEnv,
    prompt: options.encoderPrompt,
    prefix: options.encoderPrefix,
    batchSize: options.batchSize,
  };
  const said = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  if (encoder === undefined && Object.keys(said).length === 0) return undefined;
  const kind = encoder ?? configured?.kind ?? 'lsa';
  return { ...(configured?.kind === kind ? configured : {}), ...said, kind };
}
