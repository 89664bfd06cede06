import type { CollectModel } from '@embedllm/dataset-builder/collect';

/** A name before the model that it stands for; an address may have `=` itself. */
const NAMED = /^(?!https?:\/\/)([^=]+)=(https?:\/\/.+|[\w-]+:.+)$/;

/** A model as flags have it: `openai:gpt-5-mini`, `http://localhost:11434/v1#llama3.2`, `mine=openai:...`. */
export function namedModel(text: string): CollectModel & { readonly model: string } {
  const [, name, model = text] = NAMED.exec(text) ?? [];
  return { model, ...(name === undefined ? {} : { name }) };
}
