import type { InputEstimate } from '../costs/estimate-tokens.js';
import type { Protocol } from '../protocol/protocol.js';
import { ApiError } from './api-error.js';
import type { JsonSource } from './json-members.js';
import { isObject } from './json-object.js';
import type { JsonBody } from './read-body.js';

/** A checked request that goes to a model. */
export interface ModelRequest {
  readonly protocol: Protocol;
  /** The name that the client asked for. */
  readonly model: string;
  readonly stream: boolean;
  /** How many choices are asked for: `n`, for each of the prompts. */
  readonly choices: number;
  /** The most tokens that a choice may have, where the request says so. */
  readonly maxTokens: number | undefined;
  /** The request's own, for streams. */
  readonly streamOptions: Readonly<Record<string, unknown>>;
  /** Tokens that it makes a model read. */
  readonly input: InputEstimate;
  /** The whole body as the client wrote it, which goes to the upstream under another `model`. */
  readonly source: JsonSource;
  /** The same, as it was understood. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** The longest name of a model or role. */
export const MAX_NAME = 256;

/**
 * Checks what all requests for a model have in common; all else is for the upstream to judge.
 *
 * @throws ApiError 400 naming the field.
 */
export function readModelRequest(
  { source, value: body }: JsonBody,
  protocol: Protocol,
): Omit<ModelRequest, 'input'> {
  const { model, stream } = body;
  if (typeof model !== 'string' || model === '' || model.length > MAX_NAME) {
    throw wrong('model', `must be a string of 1 to ${MAX_NAME} characters`);
  }
  if (stream !== undefined && stream !== null && typeof stream !== 'boolean') {
    throw wrong('stream', 'must be true or false');
  }
  const limits = protocol.outputLimits.map((name) => count(body[name])).filter(isGiven);
  return {
    protocol,
    model,
    stream: stream === true,
    choices: Math.max(count(body.n) ?? 1, count(body.best_of) ?? 1),
    // Of two, upstreams differ in which one counts.
    maxTokens: limits.length === 0 ? undefined : Math.max(...limits),
    streamOptions: isObject(body.stream_options) ? body.stream_options : {},
    source,
    body,
  };
}

/** Says what is wrong with a field. */
export function wrong(param: string, problem: string): ApiError {
  return new ApiError(400, `\`${param}\` ${problem}.`, { param });
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined;
}

function isGiven(value: number | undefined): value is number {
  return value !== undefined;
}
