import { checkChatModel } from './check-chat-model.js';
import type { ConfigurationFields } from './configuration-fields.js';
import { readWindows, type WindowLimits } from './key-limits.js';
import type { ModelConfiguration } from './model-configuration.js';

/** A second model that is asked in the background. */
export interface ShadowAskSettings {
  /** The model. */
  readonly model: string;
  /** Share of the routed requests for which it is asked, above 0 and up to 1. @default 0.05 */
  readonly share: number;
  /** US dollars that its answers may cost, by window, such as `{ day: 2 }`; at least one. */
  readonly dollars: WindowLimits;
  /** How many of its calls may run at once, from 1; of workers, all together, rounded up. @default 2 */
  readonly concurrency: number;
}

/** Shadow routing: measure before you trust it. One of the two is set. */
export interface ShadowSettings {
  /** The model that answers all requests that are routed, whatever the router chooses. @default the router acts */
  readonly use: string | undefined;
  /** The model that is asked as well. @default none */
  readonly ask: ShadowAskSettings | undefined;
}

/** Reads what is done in shadow; `undefined` where nothing is. */
export function readShadow(
  routing: ConfigurationFields,
  models: ReadonlyMap<string, ModelConfiguration>,
): ShadowSettings | undefined {
  if (!routing.has('shadow')) return undefined;
  const fields = routing.fields('shadow').allow(['ask', 'use']);
  if (!fields.has('use') && !fields.has('ask')) {
    fields.fail('use', 'Set `use`, `ask`, or both.');
  }
  const use = fields.has('use')
    ? checkChatModel(fields, 'use', fields.text('use'), models)
    : undefined;
  return { use, ask: fields.has('ask') ? readAsk(fields.fields('ask'), models, use) : undefined };
}

function readAsk(
  fields: ConfigurationFields,
  models: ReadonlyMap<string, ModelConfiguration>,
  use: string | undefined,
): ShadowAskSettings {
  fields.allow(['concurrency', 'dollars', 'model', 'share']);
  const share = fields.number('share', { default: 0.05, min: 0, max: 1, integer: false });
  const concurrency = fields.number('concurrency', { default: 2, min: 1, max: 1000 });
  const dollars = readWindows(fields.fields('dollars'), false);
  const model = checkChatModel(fields, 'model', fields.text('model'), models);
  if (model === use) fields.fail('model', 'Already answers all requests (routing.shadow.use).');
  if (share === 0) fields.fail('share', 'Must be above 0. Omit `ask` to ask no model.');
  if (Object.keys(dollars).length === 0) {
    fields.fail('dollars', 'Must limit the cost of the answers, such as `{ day: 2 }`.');
  }
  return { model, share, dollars, concurrency };
}
