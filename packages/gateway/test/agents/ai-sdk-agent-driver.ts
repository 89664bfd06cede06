import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { generateText, jsonSchema, type ModelMessage, stepCountIs, streamText, tool } from 'ai';
import { type AgentDriver, CITY_SCHEMA } from './agent-driver.js';
import { weatherOf } from './turn.js';

/** The AI SDK, by Anthropic's Messages or by OpenAI's Responses, which is what `openai(...)` means there. */
export const aiSdkAgentDriver =
  (protocol: 'messages' | 'responses'): AgentDriver =>
  ({ url, apiKey }) => {
    const baseURL = `${url}/v1`;
    const modelOf =
      protocol === 'messages'
        ? createAnthropic({ baseURL, apiKey })
        : createOpenAI({ baseURL, apiKey });
    return {
      async run({ prompt, model = 'auto', stream, withTool, image, thinks }) {
        const cities: string[] = [];
        const weather = tool({
          inputSchema: jsonSchema<{ city: string }>(CITY_SCHEMA),
          execute: ({ city }) => {
            cities.push(city);
            return weatherOf(city);
          },
        });
        const messages: ModelMessage[] = [
          {
            role: 'user',
            content: [
              ...(image === undefined
                ? []
                : [{ type: 'image' as const, image, mediaType: 'image/png' }]),
              { type: 'text', text: prompt },
            ],
          },
        ];
        const options = {
          model: modelOf(model),
          system: 'Be brief.',
          messages,
          maxRetries: 0,
          maxOutputTokens: 4000,
          stopWhen: stepCountIs(5),
          ...(withTool && { tools: { weather } }),
          // Without this, steps name the items of those before, which their upstream would have to keep.
          providerOptions: { openai: { store: false } },
          ...(thinks && {
            providerOptions: {
              anthropic: { thinking: { type: 'enabled', budgetTokens: 2000 } },
              openai: {
                reasoningEffort: 'low',
                reasoningSummary: 'auto',
                store: false,
                forceReasoning: true,
              },
            },
          }),
        };
        const result = stream ? await streamed(options) : await generateText(options);
        const steps = await result.steps;
        const usage = await result.usage;
        return {
          text: await result.text,
          thought: steps.map(({ reasoningText = '' }) => reasoningText).join(''),
          cities,
          outputTokens: usage.outputTokens,
        };
      },
    };
  };

/** Errors of a stream are raised where they are looked at. */
async function streamed(options: Parameters<typeof streamText>[0]) {
  const result = streamText({ ...options, onError: () => undefined });
  for await (const part of result.fullStream) {
    if (part.type === 'error') throw part.error;
  }
  return result;
}
