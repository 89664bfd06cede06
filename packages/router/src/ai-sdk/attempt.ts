/** One model that a call was tried with. */
export interface AttemptRecord {
  /** Its name in the router's pool. */
  readonly model: string;
  /** The message of its error; absent where it answered. */
  readonly error?: string | undefined;
}

/** A stream ended, or reported an error, before its first token. */
export class EarlyStreamError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'EarlyStreamError';
  }
}

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
 * connections), answers that could not be read, and streams that failed before their first token.
 * Not so: refused requests (status 400), wrong keys, and anything unknown to the SDK.
 */
export function isWorthFallback(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof EarlyStreamError) {
    return error.cause instanceof Error ? isRetryable(error.cause) !== false : true;
  }
  return isRetryable(error) === true || isBrokenAnswer(error);
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
