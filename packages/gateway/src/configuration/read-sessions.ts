import type { ConfigurationFields } from './configuration-fields.js';
import type { SessionSettings } from './session-settings.js';

/** Reads what requests of one session have in common. */
export function readSessions(fields: ConfigurationFields): SessionSettings {
  fields.allow(['idleMs', 'most', 'questionTokens', 'sticky']);
  return {
    sticky: fields.flag('sticky', false),
    questionTokens: fields.number('questionTokens', { default: 2000, min: 0, max: 1_000_000 }),
    idleMs: fields.number('idleMs', { default: 3_600_000, min: 1 }),
    most: fields.number('most', { default: 100_000, min: 1, max: 10_000_000 }),
  };
}
