import type { GatewayConfiguration } from '@embedllm/gateway';
import { percent, quantity } from '@embedllm/internals';

type Routing = GatewayConfiguration['routing'];
type PolicySettings = NonNullable<Routing['policy']>;

/** What the configuration does not say. */
export interface RoutingContext {
  /** Models of the artifact; `undefined` where it has not been read. */
  readonly known: readonly string[] | undefined;
  /** The policy of the command line, which stands over that of the file. */
  readonly policy?: string | undefined;
}

/** Says what `auto` and other names do, a line for each, and what happens in the background. */
export function describeRouting(
  { routing, models }: Pick<GatewayConfiguration, 'routing' | 'models'>,
  { known, policy }: RoutingContext,
): string[] {
  const { shadow, sessions, learning } = routing;
  const allowed = routing.models ?? [...models.keys()];
  const pool = allowed.filter((name) => known?.includes(name) !== false);
  const among = `chosen among ${quantity(pool.length, 'model')}`;
  const own = policy ?? (routing.policy ? policyText(routing.policy) : 'best-quality');
  const hasSessions = sessions.sticky || sessions.worthUsd !== undefined;
  const lines = [
    shadow?.use === undefined
      ? `auto: ${among}, ${own}${hasSessions ? ', with sessions' : ''}${learning ? ', learns from outcomes' : ''}`
      : `auto: ${shadow.use} answers; the router only decides (${own})`,
    ...[...routing.aliases].map(([name, settings]) => `${name}: ${among}, ${policyText(settings)}`),
    ...[...routing.cascades].map(
      ([name, { ask, escalate, key }]) =>
        `${name}: cascade, ${ask.join(' and ')} compared by ${key}, else ${escalate}`,
    ),
  ];
  if (shadow?.ask) {
    const { model, share, dollars } = shadow.ask;
    const budget = Object.entries(dollars).map(([window, usd]) => `$${usd} a ${window}`);
    lines.push(
      `shadow: ${model} is asked as well for ${percent(share)}, at most ${budget.join(' and ')}`,
    );
  }
  return lines;
}

/** The objective with what is set besides it. */
function policyText({ objective, seed: _, ...rest }: PolicySettings): string {
  const set = Object.entries(rest).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name} ${Array.isArray(value) ? value.join(', ') : value}`],
  );
  return [objective, ...set].join(', ');
}
