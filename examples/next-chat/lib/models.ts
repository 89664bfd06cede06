// The models that this app may use, with their list prices in US dollars per million tokens. Check
// them against what you pay. The names are those of the pretrained pool and of the provider.
export const MODELS = {
  'gpt-4o-2024-08-06': { input: 2.5, output: 10 },
  'gpt-4o-mini-2024-07-18': { input: 0.15, output: 0.6 },
  'gpt-3.5-turbo-0125': { input: 0.5, output: 1.5 },
} as const;

/** What the app would use for everything if nothing were routed. */
export const BASELINE: ModelName = 'gpt-4o-2024-08-06';

export type ModelName = keyof typeof MODELS;

/** What a call cost, or would have cost. */
export function costUsd(model: ModelName, inputTokens: number, outputTokens: number): number {
  const { input, output } = MODELS[model];
  return (inputTokens * input + outputTokens * output) / 1e6;
}

export function isModelName(name: string): name is ModelName {
  return Object.hasOwn(MODELS, name);
}
