import type { GatewayConfiguration } from './configuration.js';
import { modelsOf } from './read-cascades.js';

/**
 * The models a key would need for a routed name: those of a cascade that it may not use, or all that
 * the name may lead to where it may use none of them.
 *
 * @param allowed - The models that the key may use, or `undefined` for all.
 * @param routable - The models that requests may be routed to.
 */
export function missingModels(
  name: string,
  allowed: readonly string[] | undefined,
  { routing, routable }: Pick<GatewayConfiguration, 'routing'> & { routable: readonly string[] },
): readonly string[] {
  const cascade = routing.cascades.get(name);
  const { use } = routing.shadow ?? {};
  const reached = cascade ? modelsOf(cascade) : use === undefined ? routable : [use];
  const missing = allowed ? reached.filter((model) => !allowed.includes(model)) : [];
  return cascade || missing.length === reached.length ? missing : [];
}
