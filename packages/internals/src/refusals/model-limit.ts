/** Codes by which providers say that a model cannot take a request that another one might. */
const CODES: ReadonlySet<string> = new Set([
  'context_length_exceeded',
  'context_window_exceeded',
  'exceed_context_size_error',
  'string_above_max_length',
  'max_tokens_exceeded',
  'request_too_large',
  'unsupported_parameter',
  'unsupported_value',
  'unsupported_feature',
  'model_not_supported',
]);

/** What providers without codes write: too long for this model, or something it lacks. */
const MESSAGES: readonly RegExp[] = [
  /\bcontext[ _-]?(?:length|window|size|limit)\b/i,
  /\bmax(?:imum)?[ _-](?:context|input|prompt|number of)\b.*\btokens?\b/i,
  /\b(?:prompt|input|request|conversation)\b.*\b(?:too (?:long|large)|exceeds?)\b/i,
  /\btoo many (?:input |prompt )?tokens\b/i,
  /\b(?:not|n't|un)[ -]?(?:be )?(?:support(?:ed|s)?|available)\b/i,
  /\b(?:does not|doesn't|cannot|can't) (?:accept|handle|process|support|take|use)\b/i,
  /\bno (?:endpoints?|providers?) found that support\b/i,
];

/**
 * Whether a refusal (status 400, 413, 422 and the like) is about the model that was asked: its
 * context, the images, tools or parameters that it does not take. Another model may answer.
 *
 * @param refusal.codes - Its `code`, `type` and the like, where it has them.
 */
export function isModelLimit(refusal: {
  readonly status: number;
  readonly codes?: readonly unknown[] | undefined;
  readonly message?: string | undefined;
}): boolean {
  if (refusal.status === 413) return true;
  if (refusal.codes?.some((code) => typeof code === 'string' && CODES.has(code))) return true;
  const { message = '' } = refusal;
  return MESSAGES.some((pattern) => pattern.test(message));
}
