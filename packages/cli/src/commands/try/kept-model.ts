import type { ResolvedModel } from '@embedllm/dataset-builder/collect';
import type { KeptAnswer } from './reused-answers.js';

/** A model that gives the answers that are kept, and is asked for all others. */
export function withKeptAnswers(
  model: ResolvedModel,
  kept: (prompt: string) => KeptAnswer | undefined,
): ResolvedModel {
  const { model: asked } = model;
  const { provider, modelId } = asked;
  return {
    ...model,
    model: {
      // By this a vendor's model is recognised.
      ...('specificationVersion' in asked && { specificationVersion: asked.specificationVersion }),
      ...{ provider, modelId },
      doGenerate: async (call) => {
        const [message, ...others] = call.prompt;
        const isPromptAlone = others.length === 0 && message?.role === 'user';
        const text = isPromptAlone ? message.content.map((part) => part.text).join('') : undefined;
        const answer = text === undefined ? undefined : kept(text);
        if (answer === undefined) return await asked.doGenerate(call);
        const { inputTokens, outputTokens } = answer;
        return {
          content: [{ type: 'text', text: answer.text }],
          finishReason: 'stop',
          usage: { inputTokens, outputTokens },
        };
      },
    },
  };
}
