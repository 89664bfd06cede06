import type { HealthyRates } from '@embedllm/router/sessions';
import type { ConfigurationFields } from './configuration-fields.js';
import type { SessionSettings, StuckSettings } from './session-settings.js';

const KINDS: readonly (keyof HealthyRates)[] = ['tool', 'call', 'user', 'posted'];
/** Smallest distance of a rate from 0 and 1. */
const LEAST = 1e-6;

/** Reads what requests of one session have in common. */
export function readSessions(fields: ConfigurationFields): SessionSettings {
  fields.allow(['furtherCalls', 'idleMs', 'most', 'questionTokens', 'sticky', 'stuck', 'worthUsd']);
  const sticky = fields.flag('sticky', false);
  const worthUsd = fields.optionalNumber('worthUsd', { min: LEAST, integer: false });
  const furtherCalls = fields.optionalNumber('furtherCalls', { integer: false });
  if (sticky && worthUsd !== undefined) {
    fields.fail('sticky', 'Cannot be combined with `worthUsd`, which decides when sessions stay.');
  }
  if (furtherCalls !== undefined && worthUsd === undefined) {
    fields.fail('furtherCalls', 'Requires `worthUsd`.');
  }
  return {
    sticky,
    worthUsd,
    furtherCalls,
    stuck: fields.has('stuck') ? readStuck(fields.fields('stuck')) : undefined,
    questionTokens: fields.number('questionTokens', { default: 2000, min: 0, max: 1_000_000 }),
    idleMs: fields.number('idleMs', { default: 3_600_000, min: 1 }),
    most: fields.number('most', { default: 100_000, min: 1, max: 10_000_000 }),
  };
}

function readStuck(fields: ConfigurationFields): StuckSettings {
  fields.allow(['alpha', 'healthy']);
  const rates = fields.fields('healthy').allow(KINDS);
  const share = { min: LEAST, max: 1 - LEAST, integer: false };
  const healthy: { -readonly [kind in keyof HealthyRates]?: number } = {};
  for (const kind of KINDS) {
    if (rates.has(kind)) healthy[kind] = rates.number(kind, { default: 0.5, ...share });
  }
  return { alpha: fields.number('alpha', { default: 0.05, ...share }), healthy };
}
