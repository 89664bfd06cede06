import type { ModelInfo } from '@embedllm/core';
import { listed } from '../../output/listed.js';
import type { Context } from '../../program/context.js';
import { UsageError } from '../../program/failure.js';
import type { PolicyOptions } from './policy-options.js';

/** What a flag asks of models, and the column of `--prices` that says it. */
interface NeededFact {
  readonly flag: string;
  readonly fact: string;
  readonly column: string;
  isKnown(model: ModelInfo): boolean;
}

const PRICE = {
  fact: 'prices',
  column: 'output_price',
  isKnown: ({ pricePerMillionOutputTokens: price }: ModelInfo) => price !== undefined,
};
const LENGTH = {
  fact: 'answer lengths',
  column: 'mean_output_tokens',
  isKnown: ({ meanOutputTokens, metadata }: ModelInfo) =>
    meanOutputTokens !== undefined || typeof metadata?.meanOutputChars === 'number',
};

/**
 * Checks that the models say what the options of a policy ask for. A constraint would turn away all
 * that do not, and a price that is unknown cannot decide.
 *
 * @throws UsageError where an option asks for what is known of none of the models.
 */
export function assertKnownFacts(
  context: Context,
  options: Partial<PolicyOptions>,
  models: readonly ModelInfo[],
): void {
  const { allow, deny = [] } = options;
  const eligible = models.filter(
    ({ name }) => (allow?.includes(name) ?? true) && !deny.includes(name),
  );
  for (const { flag, fact, column, isKnown } of neededFacts(options)) {
    const without = eligible.filter((model) => !isKnown(model)).map(({ name }) => name);
    if (without.length === 0) continue;
    const advice = `Pass ${fact} with --prices (column ${column}).`;
    if (without.length === eligible.length) {
      throw new UsageError(
        `${flag} needs to know ${fact}, which no model to choose from has: ${listed(without)}. ${advice}`,
      );
    }
    const role = flag.startsWith('--policy') ? 'come last' : 'are never chosen';
    context.warn(`${flag}: No ${fact} of ${listed(without)}, which ${role}. ${advice}`);
  }
}

function neededFacts(options: Partial<PolicyOptions>): NeededFact[] {
  const { policy, lambda, maxCost, maxLatency, capability, region } = options;
  const byCost = policy === 'cheapest-above' || (policy === 'utility' && lambda !== 0);
  const flags = [
    ...(byCost ? [`--policy ${policy}`] : []),
    ...(maxCost === undefined ? [] : ['--max-cost']),
  ];
  const facts: NeededFact[] = flags.flatMap((flag) => [
    { flag, ...PRICE },
    { flag, ...LENGTH },
  ]);
  if (maxLatency !== undefined) {
    facts.push({
      flag: '--max-latency',
      fact: 'latencies',
      column: 'latency_ms',
      isKnown: ({ latencyMs }) => latencyMs !== undefined,
    });
  }
  if (capability !== undefined) {
    facts.push({
      flag: '--capability',
      fact: 'capabilities',
      column: 'capabilities',
      isKnown: ({ capabilities }) => capabilities !== undefined,
    });
  }
  if (region !== undefined) {
    facts.push({
      flag: '--region',
      fact: 'regions',
      column: 'regions',
      isKnown: ({ regions }) => regions !== undefined,
    });
  }
  return facts;
}
