import type { GatewayConfiguration } from './configuration.js';

/** The models that requests may be routed to: those that `routing.models` lists, or all that answer chats. */
export function modelsForRouting({
  routing,
  models,
}: Pick<GatewayConfiguration, 'models' | 'routing'>): readonly string[] {
  if (routing.models) return routing.models;
  return [...models.values()].flatMap(({ name, operations }) =>
    operations.includes('chat') ? [name] : [],
  );
}
