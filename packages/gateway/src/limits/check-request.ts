import type { ClientKey } from '../configuration/client-key.js';
import { ApiError } from '../http/api-error.js';
import { memberNames } from '../http/json-members.js';
import type { ModelRequest } from '../http/model-request.js';
import { OPERATIONS } from '../operation.js';
import { isWindowed } from './key-claims.js';

/** Members by which upstreams are asked for other models than the one named. */
const OTHER_MODELS = ['models', 'fallbacks', 'provider', 'route', 'preset'];
/** Members that make an answer longer or dearer than it is counted. */
const UNCOUNTED = ['max_new_tokens', 'n_predict', 'options', 'plugins', 'web_search_options'];
/** Members that are counted, so that no upstream may read them otherwise than the gateway. */
const COUNTED =
  'best_of input max_completion_tokens max_tokens messages model n prompt service_tier'.split(' ');
const USUAL_TIERS: ReadonlySet<unknown> = new Set(['auto', 'default', 'flex', null, undefined]);

/**
 * Checks what a key may ask for at all.
 *
 * @throws ApiError 403 for a model or alias, 400 for anything else, naming the field and the limit.
 */
export function checkRequest(
  key: ClientKey,
  { operation, model, choices, maxTokens, input, text, body }: ModelRequest,
  isRouted: boolean,
): void {
  checkModel(key, model, isRouted);
  const { limits, name } = key;
  const most = (param: string, value: number, limit: number | undefined, setting: string): void => {
    if (limit === undefined || value <= limit) return;
    throw new ApiError(
      400,
      `\`${param}\` may be at most ${limit}, but is ${value} (limits.${setting} of the key ${name}).`,
      { param, code: 'limit_exceeded' },
    );
  };
  most(
    (input.prompts ?? 1) > 1 ? 'n` times the number of `prompt' : 'n',
    choices,
    limits.maxChoices,
    'maxChoices',
  );
  const field = body.max_completion_tokens === undefined ? 'max_tokens' : 'max_completion_tokens';
  most(field, maxTokens ?? 0, limits.maxOutputTokens, 'maxOutputTokens');
  if (limits.maxInputTokens !== undefined && input.likely > limits.maxInputTokens) {
    throw new ApiError(
      400,
      `The request has about ${input.likely} tokens, but may have at most ${limits.maxInputTokens} (limits.maxInputTokens of the key ${name}).`,
      { param: OPERATIONS[operation].input, code: 'input_too_long' },
    );
  }
  if (key.models || isWindowed(limits) || limits.maxOutputTokens || limits.maxChoices) {
    checkMembers(name, text, body);
  }
}

/** @throws ApiError 403 where the key may not ask for the name. */
export function checkModel(key: ClientKey, model: string, isRouted: boolean): void {
  if ((isRouted ? key.aliases : key.models)?.includes(model) !== false) return;
  throw new ApiError(
    403,
    `The key ${key.name} may not use ${model}. /v1/models lists what it may.`,
    {
      code: 'model_not_allowed',
      type: 'permission_error',
      param: 'model',
    },
  );
}

/** What is counted must mean to the upstream what it means here. */
function checkMembers(key: string, text: string, body: Readonly<Record<string, unknown>>): void {
  const seen = new Set<string>();
  for (const member of memberNames(text)) {
    // Some JSON readers take `MAX_TOKENS` for `max_tokens`, others the first of two.
    const name = member.toUpperCase().toLowerCase();
    const isWrong = seen.has(name) || (name !== member && COUNTED.includes(name));
    if (isWrong && (COUNTED.includes(name) || OTHER_MODELS.includes(name))) {
      throw refused(member, 'must come once, in lower case');
    }
    seen.add(name);
    if (OTHER_MODELS.includes(name) || UNCOUNTED.includes(name)) {
      throw refused(member, `cannot be sent with the key ${key}, which has limits`);
    }
  }
  if (!USUAL_TIERS.has(body.service_tier)) {
    throw refused('service_tier', 'must be auto, default or flex for a key that has limits');
  }
  for (const name of ['n', 'best_of', 'max_tokens', 'max_completion_tokens']) {
    const value = body[name];
    if (value === undefined || value === null) continue;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) continue;
    throw refused(name, 'must be a whole number from 1');
  }
}

function refused(param: string, problem: string): ApiError {
  return new ApiError(400, `\`${param}\` ${problem}.`, { param });
}
