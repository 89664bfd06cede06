import { checkChatModel } from './check-chat-model.js';
import type { ConfigurationFields } from './configuration-fields.js';
import type { ModelConfiguration } from './model-configuration.js';
import { checkName } from './routed-names.js';

/** How answers are compared: by `answerKeys` of the router. */
const CASCADE_KEYS: readonly CascadeSettings['key'][] = [
  'choice',
  'number',
  'text',
  'json',
  'regex',
];

/** A name that asks cheap models first, and a better one where they disagree. */
export interface CascadeSettings {
  /** The models that are asked first, all at once: two or more, for a majority three or more. */
  readonly ask: readonly string[];
  /** The model that answers where these disagree. */
  readonly escalate: string;
  /** What is compared of their answers. */
  readonly key: 'choice' | 'number' | 'text' | 'json' | 'regex';
  /** The pattern whose last match is compared; with `key: regex`. */
  readonly pattern: string | undefined;
  /** How many of them have to say the same. @default all */
  readonly agree: 'all' | 'majority';
}

/** All models that a cascade may ask. */
export function modelsOf({ ask, escalate }: CascadeSettings): string[] {
  return [...ask, escalate];
}

/** Reads `routing.cascades`. */
export function readCascades(
  routing: ConfigurationFields,
  models: ReadonlyMap<string, ModelConfiguration>,
): Map<string, CascadeSettings> {
  const named = routing.fields('cascades');
  const cascades = new Map<string, CascadeSettings>();
  const aliases = routing.isObject('aliases') ? routing.fields('aliases').keys() : [];
  for (const name of named.keys()) {
    named.guard(() => {
      checkName(named, name, models);
      if (aliases.includes(name)) named.fail(name, 'Is a name of `routing.aliases` too.');
    });
    named.guard(() => cascades.set(name, readCascade(named.fields(name), models)));
  }
  return cascades;
}

/** Each field separately, so that an error in one does not hide those in others. */
function readCascade(
  fields: ConfigurationFields,
  models: ReadonlyMap<string, ModelConfiguration>,
): CascadeSettings {
  fields.allow(['ask', 'escalate', 'key', 'pattern', 'agree']);
  const check = (field: string, name: string): string =>
    checkChatModel(fields, field, name, models);
  const agree =
    fields.guard(() => fields.choice('agree', ['all', 'majority'] as const, 'all')) ?? 'all';
  const escalate = fields.guard(() => check('escalate', fields.text('escalate'))) ?? '';
  const ask = fields.guard(() => readAsked(fields, { agree, escalate, check })) ?? [];
  const key = fields.guard(() => fields.choice('key', CASCADE_KEYS)) ?? 'text';
  const pattern = fields.guard(() => readPattern(fields, key));
  return { ask, escalate, key, pattern, agree };
}

function readAsked(
  fields: ConfigurationFields,
  {
    agree,
    escalate,
    check,
  }: Pick<CascadeSettings, 'agree' | 'escalate'> & {
    readonly check: (field: string, name: string) => string;
  },
): string[] {
  const ask = fields.texts('ask').map((name, index) => check(`ask[${index}]`, name));
  if (ask.includes(escalate)) fields.fail('ask', 'Names the model of `escalate` too.');
  if (new Set(ask).size < ask.length) fields.fail('ask', 'Names a model twice.');
  if (agree === 'majority' && ask.length < 3) {
    fields.fail('ask', 'Must name at least three models for a majority.');
  }
  if (ask.length < 2) fields.fail('ask', 'Must name at least two models.');
  return ask;
}

function readPattern(fields: ConfigurationFields, key: CascadeSettings['key']): string | undefined {
  if (key !== 'regex') {
    if (fields.has('pattern')) fields.fail('pattern', 'Requires `key: regex`.');
    return undefined;
  }
  const pattern = fields.text('pattern');
  try {
    new RegExp(pattern);
  } catch {
    fields.fail('pattern', 'Is not a regular expression of JavaScript.');
  }
  return pattern;
}
