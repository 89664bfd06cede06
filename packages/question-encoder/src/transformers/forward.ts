import { EmbedLLMError } from '@embedllm/core';
import type { TransformersLibrary } from './load-library.js';
import type { TokenVectors } from './pooling.js';
import type { TokenBatch } from './token-batches.js';

export type Model = Awaited<ReturnType<TransformersLibrary['AutoModel']['from_pretrained']>>;

/** Names under which models give the vectors of tokens, and those of whole texts. */
const TOKEN_OUTPUTS = ['last_hidden_state', 'token_embeddings'];
const TEXT_OUTPUTS = ['sentence_embedding'];
/** Of tokens in some models, of texts in others: the number of axes shows it. */
const EITHER_OUTPUT = 'text_embeds';

/** What runs on a batch, and which of its outputs count. */
export interface ForwardOptions {
  readonly library: TransformersLibrary;
  readonly model: Model;
  /** Whether to take the text vectors that the model itself gives. */
  readonly wholeTexts: boolean;
  /** Number of the adapter, for models that ask for one. */
  readonly task?: number | undefined;
}

/** Which kinds of vectors a model gives, by the names of its outputs. */
export function outputKinds(model: Model): { tokens: boolean; texts: boolean } {
  const names = sessionsOf(model).flatMap((session) => session.outputNames);
  return {
    tokens: names.some((name) => [...TOKEN_OUTPUTS, EITHER_OUTPUT].includes(name)),
    texts: names.some((name) => TEXT_OUTPUTS.includes(name)),
  };
}

/**
 * Runs a model on a batch.
 *
 * @returns vectors of tokens; those of texts, with one position each, where `wholeTexts` holds.
 * @throws EmbedLLMError `environment` when the runtime fails, `invalid-argument` when the model
 * asks for other inputs or gives no vectors, `shape-mismatch` when they do not belong to the batch.
 */
export async function forward(
  batch: TokenBatch,
  { library, model, wholeTexts, task }: ForwardOptions,
): Promise<TokenVectors> {
  const shape = [batch.texts.length, batch.positions];
  const tensor = (data: BigInt64Array) => new library.Tensor('int64', data, shape);
  const outputs = await run(model, {
    input_ids: tensor(batch.inputIds),
    attention_mask: tensor(batch.attentionMask),
    ...(batch.tokenTypeIds && { token_type_ids: tensor(batch.tokenTypeIds) }),
    ...(task !== undefined && {
      task_id: new library.Tensor('int64', BigInt64Array.of(BigInt(task)), []),
    }),
  });
  const axes = wholeTexts ? 2 : 3;
  const names = [...(wholeTexts ? TEXT_OUTPUTS : TOKEN_OUTPUTS), EITHER_OUTPUT];
  const found = names
    .map((name) => outputs[name])
    .find((output) => output instanceof library.Tensor && output.dims.length === axes);
  if (!(found instanceof library.Tensor)) {
    throw new EmbedLLMError(
      `The model has no output ${names.map((name) => `\`${name}\``).join(' or ')} with ${axes} axes, only ${Object.keys(outputs).join(', ') || 'none'}. ${wholeTexts ? 'Set another `pooling`.' : 'It must be exported for feature extraction.'}`,
      { code: 'invalid-argument' },
    );
  }
  const dimensions = found.dims.at(-1);
  const expected = wholeTexts ? [shape[0], dimensions] : [...shape, dimensions];
  const { data } = found.to('float32');
  if (
    dimensions === undefined ||
    !(data instanceof Float32Array) ||
    found.dims.some((length, axis) => length !== expected[axis])
  ) {
    throw new EmbedLLMError(
      `The model returned vectors of shape [${found.dims.join(', ')}] for ${shape.join(' x ')} tokens.`,
      { code: 'shape-mismatch' },
    );
  }
  return { data, positions: wholeTexts ? 1 : batch.positions, dimensions };
}

async function run(
  model: Model,
  inputs: Record<string, unknown>,
): Promise<Readonly<Record<string, unknown>>> {
  let outputs: Record<string, unknown> & { [FAILURE]?: unknown };
  try {
    outputs = await model.forward(inputs);
  } catch (cause) {
    throw failure(cause, 'invalid-argument');
  }
  if (FAILURE in outputs) throw failure(outputs[FAILURE], 'environment');
  return outputs;
}

function failure(cause: unknown, code: 'invalid-argument' | 'environment'): EmbedLLMError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new EmbedLLMError(`The model failed on a batch of texts: ${reason}`, { code, cause });
}

interface Session {
  readonly outputNames: readonly string[];
  run(...inputs: unknown[]): Promise<object>;
}

const FAILURE: unique symbol = Symbol('failure');

/**
 * Has the sessions of a model give their errors back as results: transformers.js would write the
 * inputs of a session that throws, which are the tokens of someone's prompt, to the console.
 */
export function keepFailuresQuiet(model: Model): void {
  for (const session of sessionsOf(model)) {
    const { run } = session;
    session.run = async (...inputs) => {
      try {
        return await run.apply(session, inputs);
      } catch (cause) {
        return { [FAILURE]: cause };
      }
    };
  }
}

function sessionsOf(model: Model): Session[] {
  const sessions: unknown[] = Object.values(model.sessions);
  return sessions.filter(isSession);
}

function isSession(value: unknown): value is Session {
  return (
    typeof value === 'object' &&
    value !== null &&
    'run' in value &&
    typeof value.run === 'function' &&
    'outputNames' in value &&
    Array.isArray(value.outputNames)
  );
}
