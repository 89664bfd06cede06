import {
  Agent,
  type AgentInputItem,
  OpenAIResponsesModel,
  Runner,
  setTracingDisabled,
  tool,
} from '@openai/agents';
import OpenAI from 'openai';
import { type AgentDriver, CITY_SCHEMA, cityOf } from './agent-driver.js';
import { weatherOf } from './turn.js';

/** OpenAI's library of agents, which calls tools by itself. */
export const openAiAgentsDriver: AgentDriver = ({ url, apiKey }) => {
  setTracingDisabled(true);
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 });
  return {
    async run({ prompt, model = 'auto', stream, withTool, image, thinks }) {
      const cities: string[] = [];
      const weather = tool({
        name: 'weather',
        description: 'The weather of a city.',
        parameters: CITY_SCHEMA,
        execute: (input) => {
          cities.push(cityOf(input));
          return weatherOf(cityOf(input));
        },
      });
      const agent = new Agent({
        name: 'Agent',
        instructions: 'Be brief.',
        model: new OpenAIResponsesModel(client, model),
        tools: withTool ? [weather] : [],
        modelSettings: {
          store: false,
          ...(thinks && { reasoning: { effort: 'low', summary: 'auto' } }),
        },
      });
      const input: AgentInputItem[] = [
        {
          role: 'user',
          content: [
            ...(image === undefined
              ? []
              : [{ type: 'input_image' as const, image: `data:image/png;base64,${image}` }]),
            { type: 'input_text', text: prompt },
          ],
        },
      ];
      const runner = new Runner({ tracingDisabled: true });
      const result = stream
        ? await runner.run(agent, input, { stream: true })
        : await runner.run(agent, input);
      if ('completed' in result) await result.completed;
      const thought = result.newItems.flatMap((item) =>
        item.type === 'reasoning_item' ? item.rawItem.content.map(({ text }) => text) : [],
      );
      const last = result.rawResponses.at(-1)?.usage;
      return {
        text: result.finalOutput ?? '',
        thought: thought.join(''),
        cities,
        outputTokens: last?.outputTokens,
      };
    },
  };
};
