import type { GatewayConfiguration } from './configuration.js';
import type { ConfigurationFields } from './configuration-fields.js';

/**
 * Checks that a router that is to learn gets something to learn from.
 *
 * @throws DataError `invalid-data` naming `routing.learning`.
 */
export function checkLearning(
  root: ConfigurationFields,
  { routing, decisions, authentication }: GatewayConfiguration,
): void {
  if (!routing.learning) return;
  if (decisions === undefined) {
    root.fail('routing.learning', 'Needs `decisions.file`, by which outcomes find their answers.');
  }
  const { keys } = authentication;
  if (keys.length > 0 && keys.every(({ outcomes }) => outcomes !== 'learn')) {
    root.fail(
      'routing.learning',
      'Needs a key whose outcomes are trusted (`authentication.keys[].outcomes: learn`).',
    );
  }
}
