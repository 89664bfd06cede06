import { DONE, event } from '../scripted-gateway.js';
import { type AnsweredTurn, type AskedTurn, piecesOf } from './turn.js';

interface Part {
  readonly type: string;
  readonly text?: string;
  readonly image_url?: { readonly url: string };
}

interface Message {
  readonly role: string;
  readonly content?: string | readonly Part[] | null;
  readonly tool_call_id?: string;
}

/** A request of OpenAI's chat completions. */
export interface ChatBody {
  readonly messages: readonly Message[];
  readonly tools?: readonly unknown[];
  readonly reasoning_effort?: string;
}

const textOf = (content: Message['content']): string =>
  typeof content === 'string' ? content : (content ?? []).map(({ text = '' }) => text).join('');

/** Reads a request of OpenAI's chat completions. */
export function readChat({ messages, tools = [], reasoning_effort: effort }: ChatBody): AskedTurn {
  const asked = messages.findLastIndex(({ role }) => role === 'user');
  const content = messages[asked]?.content;
  return {
    text: textOf(content),
    results: messages
      .slice(asked + 1)
      .flatMap(({ role, tool_call_id: id = '', content: result }) =>
        role === 'tool' ? [{ id, text: textOf(result) }] : [],
      ),
    images: (typeof content === 'string' ? [] : (content ?? [])).flatMap(({ image_url: image }) =>
      image ? [image.url.replace(/^data:.*?,/, '')] : [],
    ),
    hasTools: tools.length > 0,
    thinks: effort !== undefined && effort !== 'none',
    thoughts: [],
  };
}

const USAGE = {
  prompt_tokens: 20,
  prompt_tokens_details: { cached_tokens: 8, cache_write_tokens: 2 },
  completion_tokens: 7,
  total_tokens: 27,
};
const toolCalls = ({ calls }: AnsweredTurn): object[] =>
  calls.map(({ id, name, input }, index) => ({
    index,
    id,
    type: 'function',
    function: { name, arguments: JSON.stringify(input) },
  }));
const finishOf = ({ calls }: AnsweredTurn): string => (calls.length > 0 ? 'tool_calls' : 'stop');

/** An answer of OpenAI's chat completions. */
export function toCompletion(model: string, turn: AnsweredTurn): object {
  const { thought, text = null, calls } = turn;
  const message = {
    role: 'assistant',
    content: text,
    ...(thought && { reasoning_content: thought.text }),
    ...(calls.length > 0 && { tool_calls: toolCalls(turn) }),
  };
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 0,
    model,
    choices: [{ index: 0, message, finish_reason: finishOf(turn) }],
    usage: USAGE,
  };
}

/** The same as a stream. */
export function toCompletionEvents(model: string, turn: AnsweredTurn): string[] {
  const { thought, text = '' } = turn;
  return [
    event({ role: 'assistant', content: '' }, null, { model }),
    ...piecesOf(thought?.text ?? '').map((reasoning_content) => event({ reasoning_content })),
    ...piecesOf(text).map((content) => event({ content })),
    ...toolCalls(turn).map((call) => event({ tool_calls: [call] })),
    event({}, finishOf(turn), { usage: USAGE }),
    DONE,
  ];
}
