import OpenAI from 'openai';
import { type AgentDriver, CITY_SCHEMA, cityOf, type Task } from './agent-driver.js';
import { weatherOf } from './turn.js';

/** The official client of OpenAI's Responses, which sends the whole conversation each time. */
export const openAiResponsesDriver: AgentDriver = ({ url, apiKey }) => {
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 });
  return {
    async run(task) {
      const input: OpenAI.Responses.ResponseInput = [{ role: 'user', content: contentOf(task) }];
      const cities: string[] = [];
      let thought = '';
      for (;;) {
        const params: Omit<OpenAI.Responses.ResponseCreateParamsNonStreaming, 'stream'> = {
          model: task.model ?? 'auto',
          instructions: 'Be brief.',
          input,
          store: false,
          include: ['reasoning.encrypted_content'],
          ...(task.thinks && { reasoning: { effort: 'low', summary: 'auto' } }),
          ...(task.withTool && {
            tools: [{ type: 'function', name: 'weather', parameters: CITY_SCHEMA, strict: true }],
          }),
        };
        const response = task.stream
          ? await client.responses.stream(params).finalResponse()
          : await client.responses.create(params);
        const { output, usage } = response;
        for (const item of output) {
          if (item.type === 'reasoning') thought += item.summary.map(({ text }) => text).join('');
          if (
            item.type === 'reasoning' ||
            item.type === 'message' ||
            item.type === 'function_call'
          ) {
            input.push(item);
          }
        }
        const calls = output.flatMap((item) => (item.type === 'function_call' ? [item] : []));
        if (calls.length === 0) {
          return {
            text: response.output_text,
            thought,
            cities,
            outputTokens: usage?.output_tokens,
          };
        }
        for (const call of calls) {
          const city = cityOf(JSON.parse(call.arguments));
          cities.push(city);
          input.push({
            type: 'function_call_output',
            call_id: call.call_id,
            output: weatherOf(city),
          });
        }
      }
    },
  };
};

function contentOf({ prompt, image }: Task): OpenAI.Responses.ResponseInputMessageContentList {
  const text = { type: 'input_text' as const, text: prompt };
  if (image === undefined) return [text];
  const url = `data:image/png;base64,${image}`;
  return [{ type: 'input_image', image_url: url, detail: 'auto' }, text];
}
