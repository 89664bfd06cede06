import {
  findUnpairedSetting,
  OBJECTIVES,
  type ObjectiveName,
  type PolicySettings,
} from '@embedllm/router/settings';
import { checkChatModel } from './check-chat-model.js';
import type { GatewayConfiguration } from './configuration.js';
import type { ConfigurationFields } from './configuration-fields.js';
import type { ModelConfiguration } from './model-configuration.js';
import { readCascades } from './read-cascades.js';
import { readSessions } from './read-sessions.js';
import { readShadow } from './read-shadow.js';
import { checkName } from './routed-names.js';

const POLICY_FIELDS =
  'allow capabilities deny explore floor lambda margin maxCostUsd maxLatencyMs objective prefer region seed unfamiliarBelow whenUnfamiliar'.split(
    ' ',
  );

/** Reads how `auto` is routed, and the other names that are routed by policies of their own. */
export function readRouting(
  root: ConfigurationFields,
  models: ReadonlyMap<string, ModelConfiguration>,
): GatewayConfiguration['routing'] {
  const fields = root
    .fields('routing')
    .allow([
      'aliases',
      'baseline',
      'candidates',
      'cascades',
      'learning',
      'models',
      'policy',
      'sessions',
      'shadow',
    ]);
  const allowed = fields.guard(() => {
    const names = fields.has('models') ? readModelNames(fields, 'models', models) : undefined;
    if (names?.length === 0) fields.fail('models', 'Must not be empty. Omit it to allow all.');
    return names;
  });
  const named = fields.fields('aliases');
  const aliases = new Map<string, PolicySettings>();
  for (const name of named.keys()) {
    named.guard(() => checkName(named, name, models));
    named.guard(() => aliases.set(name, readPolicy(named.fields(name), models)));
  }
  const baseline = fields.guard(() => {
    const name = fields.optionalText('baseline');
    if (name === undefined || models.has(name)) return name;
    return fields.fail('baseline', 'Is not among the configured `models`.');
  });
  return {
    models: allowed,
    baseline,
    candidates: fields.number('candidates', { default: 3, min: 1, max: 100 }),
    policy: fields.guard(() =>
      fields.has('policy') ? readPolicy(fields.fields('policy'), models) : undefined,
    ),
    aliases,
    cascades: readCascades(fields, models),
    learning: fields.flag('learning', false),
    shadow: fields.guard(() => readShadow(fields, models)),
    // The last one, so that what is wrong in it hides nothing.
    sessions: readSessions(fields.fields('sessions')),
  };
}

/** Reads a policy, of a name or a key. */
export function readPolicy(
  fields: ConfigurationFields,
  models: ReadonlyMap<string, ModelConfiguration>,
): PolicySettings {
  fields.allow(POLICY_FIELDS);
  const objective = readObjective(fields);
  const number = (key: string, min: number, max?: number): number | undefined =>
    fields.has(key)
      ? fields.number(key, { default: 0, min, ...(max ? { max } : {}), integer: false })
      : undefined;
  const names = (key: string): string[] | undefined => {
    const listed = fields.has(key) ? readModelNames(fields, key, models) : undefined;
    if (listed?.length === 0) fields.fail(key, 'Must not be empty.');
    return listed;
  };
  const prefer = fields.optionalText('prefer');
  if (prefer !== undefined && !models.has(prefer)) {
    fields.fail('prefer', 'Is not among the configured `models`.');
  }
  const whenUnfamiliar = fields.optionalText('whenUnfamiliar');
  if (
    whenUnfamiliar !== undefined &&
    whenUnfamiliar !== 'single-best' &&
    !models.has(whenUnfamiliar)
  ) {
    fields.fail('whenUnfamiliar', 'Is neither `single-best` nor among the configured `models`.');
  }
  if (whenUnfamiliar === undefined && fields.has('unfamiliarBelow')) {
    fields.fail('unfamiliarBelow', 'Requires `whenUnfamiliar`.');
  }
  return {
    objective,
    lambda: number('lambda', 0),
    floor: number('floor', 0, 1),
    prefer,
    margin: number('margin', 0, 1),
    allow: names('allow'),
    deny: names('deny'),
    maxCostUsd: number('maxCostUsd', 0),
    maxLatencyMs: number('maxLatencyMs', 0),
    capabilities: fields.has('capabilities') ? fields.texts('capabilities') : undefined,
    region: fields.optionalText('region'),
    whenUnfamiliar,
    unfamiliarBelow: number('unfamiliarBelow', 0, 1),
    explore: number('explore', 0, 1),
    seed: fields.number('seed', { default: 0, min: 0 }),
  };
}

function readObjective(fields: ConfigurationFields): ObjectiveName {
  const text = fields.text('objective', 'best-quality');
  const objective = isObjective(text) ? text : undefined;
  if (objective === undefined) {
    return fields.fail('objective', `Must be one of ${Object.keys(OBJECTIVES).join(', ')}.`);
  }
  const unpaired = findUnpairedSetting(objective, (key) => fields.has(key));
  if (!unpaired) return objective;
  const { setting, objective: owner, isMissing } = unpaired;
  return fields.fail(
    setting,
    isMissing
      ? `Is required for the objective ${objective}.`
      : `Requires the objective ${owner}, but the objective is ${objective}.`,
  );
}

function isObjective(text: string): text is ObjectiveName {
  return Object.hasOwn(OBJECTIVES, text);
}

function readModelNames(
  fields: ConfigurationFields,
  key: string,
  models: ReadonlyMap<string, ModelConfiguration>,
): string[] {
  return fields
    .texts(key)
    .map((name, index) => checkChatModel(fields, `${key}[${index}]`, name, models));
}
