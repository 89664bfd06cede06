import type { ClientKey } from '../configuration/client-key.js';
import { ApiError } from '../http/api-error.js';
import { isObject } from '../http/json-object.js';
import type { ModelRequest } from '../http/model-request.js';
import { isWindowed } from './key-claims.js';

/** Members by which upstreams are asked for other models than the one named. */
const OTHER_MODELS = ['models', 'fallbacks', 'provider', 'route', 'preset'];
/** Members that make an answer longer or more expensive than it is counted. */
const UNCOUNTED = ['max_new_tokens', 'n_predict', 'options', 'plugins', 'web_search_options'];
/** Members that are counted, so that no upstream may read them otherwise than the gateway. */
const COUNTED =
  'best_of input max_completion_tokens max_output_tokens max_tokens messages model n prompt service_tier tools'.split(
    ' ',
  );
const USUAL_TIERS: ReadonlySet<unknown> = new Set([
  'auto',
  'default',
  'flex',
  'standard_only',
  null,
  undefined,
]);
/** Tools that the upstream runs, and bills apart. */
const CHARGED_TOOLS =
  /^(?:web_search|web_fetch|code_execution|code_interpreter|file_search|image_generation|mcp|advisor)/;

/**
 * Checks what a key may ask for at all.
 *
 * @throws ApiError 403 for a model or alias, 400 for anything else, naming the field and the limit.
 */
export function checkRequest(
  key: ClientKey,
  { protocol, model, choices, maxTokens, input, source, body }: ModelRequest,
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
  const field = protocol.outputLimits.findLast((name) => body[name] !== undefined);
  most(field ?? 'max_tokens', maxTokens ?? 0, limits.maxOutputTokens, 'maxOutputTokens');
  if (limits.maxInputTokens !== undefined && input.likely > limits.maxInputTokens) {
    throw new ApiError(
      400,
      `The request has about ${input.likely} tokens, but may have at most ${limits.maxInputTokens} (limits.maxInputTokens of the key ${name}).`,
      { param: protocol.input, code: 'input_too_long' },
    );
  }
  if (key.models || isWindowed(limits) || limits.maxOutputTokens || limits.maxChoices) {
    checkMembers(name, { protocol, source, body });
  }
}

/** @throws ApiError 403 where the key may not ask for the name. */
export function checkModel(key: ClientKey, model: string, isRouted: boolean): void {
  if ((isRouted ? key.aliases : key.models)?.includes(model) !== false) return;
  throw new ApiError(
    403,
    `The key ${key.name} may not use ${model}. See /v1/models for the models it may use.`,
    {
      code: 'model_not_allowed',
      type: 'permission_error',
      param: 'model',
    },
  );
}

/** What is counted must mean to the upstream what it means here. */
function checkMembers(
  key: string,
  { protocol, source, body }: Pick<ModelRequest, 'protocol' | 'source' | 'body'>,
): void {
  const seen = new Set<string>();
  for (const { name: member } of source.members) {
    // Some JSON readers take `MAX_TOKENS` for `max_tokens`, others the first of two.
    const name = member.toUpperCase().toLowerCase();
    const isWrong = seen.has(name) || (name !== member && COUNTED.includes(name));
    if (isWrong && (COUNTED.includes(name) || OTHER_MODELS.includes(name))) {
      throw refused(member, 'must occur once, in lower case');
    }
    seen.add(name);
    if ([OTHER_MODELS, UNCOUNTED, protocol.uncounted].some((list) => list.includes(name))) {
      throw refused(member, `cannot be sent with the key ${key}, which has limits`);
    }
  }
  if (!USUAL_TIERS.has(body.service_tier)) {
    throw refused('service_tier', 'must be auto, default or flex for a key with limits');
  }
  for (const [index, tool] of (Array.isArray(body.tools) ? body.tools : []).entries()) {
    const type = isObject(tool) && typeof tool.type === 'string' ? tool.type : '';
    if (!CHARGED_TOOLS.test(type.replace(/^.*:/, ''))) continue;
    throw refused(`tools[${index}]`, `cannot be sent with the key ${key}, which has limits`);
  }
  for (const name of ['n', 'best_of', ...protocol.outputLimits]) {
    const value = body[name];
    if (value === undefined || value === null) continue;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) continue;
    throw refused(name, 'must be an integer of at least 1');
  }
}

function refused(param: string, problem: string): ApiError {
  return new ApiError(400, `\`${param}\` ${problem}.`, { param });
}
