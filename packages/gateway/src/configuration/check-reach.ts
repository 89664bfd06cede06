import type { PolicySettings } from '@embedllm/router/settings';
import type { ClientKey } from './client-key.js';
import type { GatewayConfiguration } from './configuration.js';
import type { ConfigurationFields } from './configuration-fields.js';
import { missingModels } from './missing-models.js';
import { modelsForRouting } from './models-for-routing.js';

/** The parts of a configuration that decide which models a name can lead to. */
type Reaching = Pick<GatewayConfiguration, 'routing' | 'authentication' | 'models'>;

/**
 * Rejects names that cannot work: preferred models that a policy cannot choose, and names that a key may ask
 * for without access to the models they need.
 *
 * @throws DataError `invalid-data` naming the field of the policy or key, and the models.
 */
export function checkReach(root: ConfigurationFields, configuration: Reaching): void {
  const { routing, authentication } = configuration;
  const policies: [string, PolicySettings | undefined][] = [['routing.policy', routing.policy]];
  for (const [name, policy] of routing.aliases) policies.push([`routing.aliases.${name}`, policy]);
  for (const [field, policy] of policies) {
    root.guard(() => checkPreferred(root, { field, policy, models: routing.models }));
  }
  for (const [index, key] of authentication.keys.entries()) {
    const field = `authentication.keys[${index}]`;
    const { policy, models = routing.models } = key;
    root.guard(() => checkPreferred(root, { field: `${field}.policy`, policy, models }));
    for (const name of key.aliases ?? []) {
      root.guard(() => {
        const problem = whyUnreachable(name, key, configuration);
        if (problem === undefined) return;
        const advice = `Add what is missing to the key's \`models\`, or remove ${name}.`;
        root.fail(`${field}.aliases`, `${problem} ${advice}`);
      });
    }
  }
}

/** A preferred model must be among those the policy chooses from. */
function checkPreferred(
  root: ConfigurationFields,
  {
    field,
    policy,
    models,
  }: {
    readonly field: string;
    readonly policy: PolicySettings | undefined;
    readonly models: readonly string[] | undefined;
  },
): void {
  for (const setting of ['prefer', 'whenUnfamiliar'] as const) {
    const name = policy?.[setting];
    if (name === undefined || name === 'single-best') continue;
    const list = [models, policy?.allow].find((names) => names?.includes(name) === false);
    if (list) {
      root.fail(`${field}.${setting}`, `${name} is not allowed there, only ${list.join(', ')}.`);
    }
    if (policy?.deny?.includes(name)) {
      root.fail(`${field}.${setting}`, `${name} is denied by the same policy.`);
    }
  }
}

/** Why no request of a key for a name can be answered. */
function whyUnreachable(
  name: string,
  { models: allowed }: ClientKey,
  configuration: Reaching,
): string | undefined {
  const { routing } = configuration;
  const routable = modelsForRouting(configuration);
  const missing = missingModels(name, allowed, { routing, routable });
  if (missing.length === 0) return undefined;
  if (routing.cascades.has(name)) {
    return `${name} asks ${missing.join(' and ')}, which the key may not use.`;
  }
  if (routing.shadow?.use !== undefined) {
    return `${name} is answered by ${missing[0]} (routing.shadow.use), which the key may not use.`;
  }
  return `${name} routes to ${missing.join(', ')}, none of which the key may use.`;
}
