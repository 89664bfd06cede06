import { ChatAnthropic } from '@langchain/anthropic';
import {
  type AIMessageChunk,
  type BaseMessage,
  HumanMessage,
  SystemMessage,
  ToolMessage,
} from '@langchain/core/messages';
import { type AgentDriver, CITY_SCHEMA, cityOf, type Task } from './agent-driver.js';
import { weatherOf } from './turn.js';

/** LangChain, whose client of Anthropic is an older one and sends `x-api-key`. */
export const langChainAnthropicDriver: AgentDriver = ({ url, apiKey }) => ({
  async run(task) {
    const chat = new ChatAnthropic({
      model: task.model ?? 'auto',
      apiKey,
      anthropicApiUrl: url,
      maxTokens: 4000,
      maxRetries: 0,
      ...(task.thinks && { thinking: { type: 'enabled', budget_tokens: 2000 } }),
    });
    const tools = task.withTool ? [{ name: 'weather', input_schema: CITY_SCHEMA }] : [];
    const model = tools.length > 0 ? chat.bindTools(tools) : chat;
    const messages: BaseMessage[] = [new SystemMessage('Be brief.'), humanMessage(task)];
    const cities: string[] = [];
    let thought = '';
    for (;;) {
      const answer: AIMessageChunk = task.stream
        ? await joined(await model.stream(messages))
        : await model.invoke(messages);
      messages.push(answer);
      thought += answer.contentBlocks
        .map((block) => (block.type === 'reasoning' ? String(block.reasoning) : ''))
        .join('');
      const calls = answer.tool_calls ?? [];
      if (calls.length === 0) {
        return {
          text: answer.text,
          thought,
          cities,
        };
      }
      for (const { id = '', args } of calls) {
        cities.push(cityOf(args));
        messages.push(new ToolMessage({ tool_call_id: id, content: weatherOf(cityOf(args)) }));
      }
    }
  },
});

async function joined(chunks: AsyncIterable<AIMessageChunk>): Promise<AIMessageChunk> {
  let whole: AIMessageChunk | undefined;
  for await (const chunk of chunks) whole = whole?.concat(chunk) ?? chunk;
  if (!whole) throw new Error('The stream was empty.');
  return whole;
}

function humanMessage({ prompt, image }: Task): HumanMessage {
  const text = { type: 'text' as const, text: prompt };
  if (image === undefined) return new HumanMessage({ content: [text] });
  const url = `data:image/png;base64,${image}`;
  return new HumanMessage({ content: [{ type: 'image_url', image_url: { url } }, text] });
}
