import { EmbedLLMError, isModelLimit } from '@embedllm/internals';

/** One model that a call was tried with. */
export interface AttemptRecord {
  /** Its name in the router's pool. */
  readonly model: string;
  /** The message of its error; absent where it answered. */
  readonly error?: string | undefined;
}

/** A stream ended, or reported an error, before its first token. */
export class EarlyStreamError extends EmbedLLMError {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, { ...options, code: 'io' });
    this.name = 'EarlyStreamError';
  }
}

/** A model gave no answer, or no first token of a stream, in time. */
export class AttemptTimeoutError extends EmbedLLMError {
  constructor(setting: 'firstTokenMs' | 'answerMs', ms: number) {
    super(`The model took longer than ${setting}: ${ms} ms.`, { code: 'timeout' });
    this.name = 'AttemptTimeoutError';
  }
}

/** Statuses that are about an account at a provider, or about a model that it no longer has. */
const PROVIDERS_OWN: ReadonlySet<unknown> = new Set([401, 402, 403, 404]);

/** Errors of the AI SDK that say the provider answered with something that is not an answer. */
const BROKEN_ANSWERS: ReadonlySet<string> = new Set([
  'AI_EmptyResponseBodyError',
  'AI_InvalidResponseDataError',
  'AI_JSONParseError',
  'AI_NoContentGeneratedError',
]);

/**
 * Whether another model may succeed where one failed with this error, unless another rule is
 * given: errors that the AI SDK marks as retryable (status 408, 409, 429 and 5xx, lost
 * connections), what is about one provider's account or models (401 to 404), what one model lacks
 * (context, images, tools, parameters), answers that could not be read or took too long, and
 * streams that failed before their first token. Not so: requests that are wrong in themselves, and
 * anything unknown to the SDK.
 */
export function isWorthFallback(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof EarlyStreamError) {
    return error.cause instanceof Error
      ? isRetryable(error.cause) !== false || isOneModels(error.cause)
      : true;
  }
  if (error instanceof AttemptTimeoutError) return true;
  return isRetryable(error) === true || isOneModels(error) || isBrokenAnswer(error);
}

/** Refused by one provider or for one model, as the status or the refusal's own words say. */
function isOneModels(error: Error): boolean {
  if (!('statusCode' in error) || typeof error.statusCode !== 'number') return false;
  const { statusCode: status, message } = error;
  if (PROVIDERS_OWN.has(status)) return true;
  if (status < 400 || status >= 500) return false;
  const body = 'responseBody' in error ? error.responseBody : undefined;
  const words = typeof body === 'string' ? `${message} ${body}` : message;
  return isModelLimit({ status, message: words, codes: codesIn(body) });
}

/** Codes in a body of JSON, wherever providers put them. */
function codesIn(body: unknown): string[] {
  if (typeof body !== 'string') return [];
  return [...body.matchAll(/"(?:code|type)"\s*:\s*"([\w.-]+)"/g)].map(([, code]) => code ?? '');
}

function isBrokenAnswer(error: Error): boolean {
  if (BROKEN_ANSWERS.has(error.name)) return true;
  // The SDK reports a body that it cannot read as a failed call with a good status.
  const isAnswered =
    'statusCode' in error && typeof error.statusCode === 'number' && error.statusCode < 300;
  if (!isAnswered || !(error.cause instanceof Error)) return false;
  return BROKEN_ANSWERS.has(error.cause.name) || error.cause.name === 'AI_TypeValidationError';
}

/** `undefined` where the error does not say. */
function isRetryable(error: Error): boolean | undefined {
  return 'isRetryable' in error && typeof error.isRetryable === 'boolean'
    ? error.isRetryable
    : undefined;
}

/** A message for logs, whatever was thrown. */
export function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  if (typeof error === 'string') return error;
  try {
    return JSON.stringify(error) ?? String(error);
  } catch {
    return String(error);
  }
}
