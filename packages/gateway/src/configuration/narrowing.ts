import type { ConstraintSettings } from '@embedllm/router/settings';
import type { ConfigurationFields } from './configuration-fields.js';

/** A constraint of a policy that a request may add. */
export type Narrowing = keyof ConstraintSettings;

/** All of them, with their headers. */
export const NARROWING_HEADERS: Readonly<Record<Narrowing, string>> = {
  allow: 'x-embedllm-allow',
  deny: 'x-embedllm-deny',
  maxCostUsd: 'x-embedllm-max-cost-usd',
  maxLatencyMs: 'x-embedllm-max-latency-ms',
  capabilities: 'x-embedllm-capabilities',
  region: 'x-embedllm-region',
};

/** Everything that a request may be allowed to add. */
export const NARROWINGS: readonly Narrowing[] = Object.keys(NARROWING_HEADERS).filter(isNarrowing);

/** Reads how requests of a key may narrow its policies: true, false or a list. */
export function readNarrowing(fields: ConfigurationFields): readonly Narrowing[] {
  if (!fields.has('narrowing')) return [];
  if (!fields.isList('narrowing')) return fields.flag('narrowing', false) ? NARROWINGS : [];
  return fields.choices('narrowing', NARROWINGS);
}

function isNarrowing(text: string): text is Narrowing {
  return Object.hasOwn(NARROWING_HEADERS, text);
}
