import type { GatewayConfiguration } from './configuration.js';
import type { ConfigurationFields } from './configuration-fields.js';

/**
 * Checks that a router that is to learn gets something to learn from, and that answers in shadow are kept.
 *
 * @throws DataError `invalid-data` naming `routing.learning` or `routing.shadow.ask`.
 */
export function checkLearning(
  root: ConfigurationFields,
  { routing, decisions, authentication }: GatewayConfiguration,
): void {
  if (routing.shadow?.ask && decisions === undefined) {
    root.fail('routing.shadow.ask', 'Needs `decisions.file`, which keeps what it is asked for.');
  }
  if (!routing.learning) return;
  if (decisions === undefined) {
    root.fail('routing.learning', 'Needs `decisions.file`, which matches outcomes to answers.');
  }
  const { keys } = authentication;
  if (keys.length > 0 && keys.every(({ outcomes }) => outcomes !== 'learn')) {
    root.fail(
      'routing.learning',
      'Needs a key whose outcomes are trusted (`authentication.keys[].outcomes: learn`).',
    );
  }
}
