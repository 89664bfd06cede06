// A language model for the AI SDK that is another one for each message.
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { pretrained } from '@embedllm/pretrained';
import { restoreEncoder } from '@embedllm/question-encoder';
import { cheapestAbove, Router } from '@embedllm/router';
import { embedllm } from '@embedllm/router/ai-sdk';
import { isModelName, MODELS } from './models';

/** A message goes to the cheapest model that is at least this likely to answer it correctly. */
const FLOOR = 0.6;
/** How long answers of this app usually are, for the costs that are expected before a call. */
const USUAL_OUTPUT_TOKENS = 400;

const provider = createOpenAICompatible({
  name: 'upstream',
  baseURL: process.env.OPENAI_BASE_URL ?? 'https://api.openai.com/v1',
  apiKey: process.env.OPENAI_API_KEY ?? '',
  includeUsage: true,
});

// Trained on public records of what these models answered correctly. For an artifact of your own,
// trained on your logs, use `fromPretrained` of @embedllm/core/node with its path.
const artifact = await pretrained({ collection: 'zeroeval' });
const models = artifact.models.map((model) =>
  isModelName(model.name)
    ? {
        ...model,
        pricePerMillionInputTokens: MODELS[model.name].input,
        pricePerMillionOutputTokens: MODELS[model.name].output,
        meanOutputTokens: USUAL_OUTPUT_TOKENS,
      }
    : model,
);
const router = await Router.fromPretrained({ ...artifact, models }, { encoder: restoreEncoder });

export const autoModel = embedllm({
  router,
  models: Object.fromEntries(Object.keys(MODELS).map((name) => [name, provider(name)])),
  routing: { policy: cheapestAbove({ floor: FLOOR }) },
});
