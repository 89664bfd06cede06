import Anthropic from '@anthropic-ai/sdk';
import { type AgentDriver, CITY_SCHEMA, cityOf, type Task } from './agent-driver.js';
import { weatherOf } from './turn.js';

/** The official client of Anthropic, with the key in either header. */
export const anthropicDriver =
  (header: 'x-api-key' | 'authorization'): AgentDriver =>
  ({ url, apiKey }) => {
    const isBearer = header === 'authorization';
    const client = new Anthropic({
      baseURL: url,
      apiKey: isBearer ? null : apiKey,
      authToken: isBearer ? apiKey : null,
      // The newest client sends its key as a token, older ones as `x-api-key`.
      defaultHeaders: isBearer ? {} : { authorization: null, 'x-api-key': apiKey },
      maxRetries: 0,
    });
    return {
      async run(task) {
        const messages: Anthropic.MessageParam[] = [{ role: 'user', content: contentOf(task) }];
        const cities: string[] = [];
        let thought = '';
        for (;;) {
          const params: Anthropic.MessageCreateParamsNonStreaming = {
            model: task.model ?? 'auto',
            max_tokens: 4000,
            system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
            messages,
            ...(task.thinks && { thinking: { type: 'enabled', budget_tokens: 2000 } }),
            ...(task.withTool && { tools: [{ name: 'weather', input_schema: CITY_SCHEMA }] }),
          };
          const message = task.stream
            ? await client.messages.stream(params).finalMessage()
            : await client.messages.create(params);
          const { content, usage } = message;
          messages.push({ role: 'assistant', content });
          thought += content.map((one) => (one.type === 'thinking' ? one.thinking : '')).join('');
          const calls = content.filter((one) => one.type === 'tool_use');
          if (calls.length === 0) {
            return {
              text: content.map((one) => (one.type === 'text' ? one.text : '')).join(''),
              thought,
              cities,
              outputTokens: usage.output_tokens,
            };
          }
          cities.push(...calls.map(({ input }) => cityOf(input)));
          messages.push({
            role: 'user',
            content: calls.map(({ id, input }) => ({
              type: 'tool_result',
              tool_use_id: id,
              content: weatherOf(cityOf(input)),
            })),
          });
        }
      },
    };
  };

function contentOf({ prompt, image }: Task): Anthropic.ContentBlockParam[] {
  const text = { type: 'text' as const, text: prompt };
  if (image === undefined) return [text];
  return [
    { type: 'image', source: { type: 'base64', media_type: 'image/png', data: image } },
    text,
  ];
}
