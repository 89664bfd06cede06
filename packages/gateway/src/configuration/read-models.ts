import { OPERATIONS, type Operation } from '../operation.js';
import { LEAST_THINKING } from '../protocol/effort.js';
import { isVendor, VENDORS } from '../provider/vendors.js';
import type { UpstreamConfiguration } from './configuration.js';
import type { ConfigurationFields } from './configuration-fields.js';
import type { ModelConfiguration } from './model-configuration.js';
import { ROUTED_NAMES } from './routed-names.js';

/** No control characters and no half of a surrogate pair. */
const MODEL_NAME = /^\P{C}{1,256}$/u;
const MODEL_FIELDS =
  'capabilities contextLength effort latencyMs maxOutputTokens model operations pricePerMillionCacheWriteHourTokens pricePerMillionCacheWriteTokens pricePerMillionCachedInputTokens pricePerMillionInputTokens pricePerMillionOutputTokens pricePerMillionReasoningTokens regions thinkingTokens upstream'.split(
    ' ',
  );
/** The effort levels that vendors use. */
const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];
const CHAT_ALONE: readonly Operation[] = ['chat'];
const CHAT_OR_EMBEDDINGS: readonly Operation[] = ['chat', 'embeddings'];

/** Reads the models, each of an upstream. */
export function readModels(
  root: ConfigurationFields,
  upstreams: ReadonlyMap<string, UpstreamConfiguration>,
): Map<string, ModelConfiguration> {
  const all = root.fields('models');
  const models = new Map<string, ModelConfiguration>();
  const ofUpstreams = root.fields('upstreams').keys();
  const read = (name: string): void => {
    const fields = all.fields(name).allow(MODEL_FIELDS);
    if (ROUTED_NAMES.includes(name)) {
      all.fail(name, 'Is reserved for routing. Choose another name.');
    }
    if (!MODEL_NAME.test(name)) {
      all.fail(name, 'Must be a name of 1 to 256 printable characters.');
    }
    const upstream = fields.choice('upstream', ofUpstreams);
    const operations = readOperations(fields, upstreams.get(upstream));
    // Embeddings write nothing, so that only their input costs.
    const written = operations.every((one) => one === 'embeddings') ? 0 : undefined;
    const price = (key: string): number | undefined =>
      fields.optionalNumber(key, { integer: false });
    models.set(name, {
      name,
      upstream,
      model: fields.text('model', name),
      operations,
      effort: fields.has('effort') ? fields.choice('effort', EFFORTS) : undefined,
      thinkingTokens: readThinking(fields, upstreams.get(upstream)),
      pricePerMillionInputTokens: price('pricePerMillionInputTokens'),
      pricePerMillionCachedInputTokens: price('pricePerMillionCachedInputTokens'),
      pricePerMillionCacheWriteTokens: price('pricePerMillionCacheWriteTokens'),
      pricePerMillionCacheWriteHourTokens: price('pricePerMillionCacheWriteHourTokens'),
      pricePerMillionOutputTokens: price('pricePerMillionOutputTokens') ?? written,
      pricePerMillionReasoningTokens: price('pricePerMillionReasoningTokens'),
      maxOutputTokens: fields.optionalNumber('maxOutputTokens', { min: 1 }) ?? written,
      contextLength: fields.optionalNumber('contextLength', { min: 1 }),
      capabilities: fields.has('capabilities') ? fields.texts('capabilities') : undefined,
      regions: fields.has('regions') ? fields.texts('regions') : undefined,
      latencyMs: fields.optionalNumber('latencyMs', { integer: false }),
    });
  };
  for (const name of all.keys()) all.guard(() => read(name));
  if (all.keys().length === 0) root.fail('models', 'Must name at least one model.');
  return models;
}

/** A placeholder for a model whose configuration is invalid. */
export function unreadModel(name: string): ModelConfiguration {
  return {
    name,
    upstream: '',
    model: name,
    operations: OPERATIONS,
    effort: undefined,
    thinkingTokens: undefined,
    pricePerMillionInputTokens: undefined,
    pricePerMillionCachedInputTokens: undefined,
    pricePerMillionCacheWriteTokens: undefined,
    pricePerMillionCacheWriteHourTokens: undefined,
    pricePerMillionOutputTokens: undefined,
    pricePerMillionReasoningTokens: undefined,
    maxOutputTokens: undefined,
    contextLength: undefined,
    capabilities: undefined,
    regions: undefined,
    latencyMs: undefined,
  };
}

/** Only the Messages protocol has thinking budgets. */
function readThinking(
  fields: ConfigurationFields,
  upstream: UpstreamConfiguration | undefined,
): number | undefined {
  const tokens = fields.optionalNumber('thinkingTokens', { max: 1_000_000 });
  if (tokens === undefined) return undefined;
  if (tokens > 0 && tokens < LEAST_THINKING) {
    fields.fail('thinkingTokens', `Must be 0 or at least ${LEAST_THINKING}, but is ${tokens}.`);
  }
  if (upstream && !upstream.protocols.includes('messages')) {
    fields.fail(
      'thinkingTokens',
      'Needs an upstream that speaks `messages` (upstreams.*.protocols).',
    );
  }
  return tokens;
}

/** Of vendors' protocols, chats are translated, and embeddings where the model says that it makes them. */
function readOperations(
  fields: ConfigurationFields,
  upstream: UpstreamConfiguration | undefined,
): Operation[] {
  const provider = upstream?.provider ?? '';
  const vendor = isVendor(provider) ? VENDORS[provider] : undefined;
  const all = vendor ? (vendor.embeddings ? CHAT_OR_EMBEDDINGS : CHAT_ALONE) : OPERATIONS;
  if (!fields.has('operations')) return [...(vendor ? CHAT_ALONE : all)];
  const operations = fields.choices('operations', all);
  if (operations.length === 0)
    fields.fail('operations', 'Must not be empty. Omit it to allow all.');
  return operations;
}
