import { type AnsweredTurn, type AskedTurn, piecesOf } from './turn.js';

interface Block {
  readonly type: string;
  readonly text?: string;
  readonly content?: string | readonly Block[];
  readonly tool_use_id?: string;
  readonly signature?: string;
  readonly source?: { readonly data?: string };
}

/** A request of Anthropic's Messages. */
export interface MessagesBody {
  readonly messages: readonly { readonly role: string; readonly content: string | Block[] }[];
  readonly tools?: readonly unknown[];
  readonly thinking?: { readonly type: string };
}

const blocksOf = (content: string | readonly Block[] = []): readonly Block[] =>
  typeof content === 'string' ? [{ type: 'text', text: content }] : content;
const textOf = (content: string | readonly Block[] = []): string =>
  blocksOf(content)
    .map(({ text = '' }) => text)
    .join('');

/** Reads a request of Anthropic's Messages. */
export function readMessages({ messages, tools = [], thinking }: MessagesBody): AskedTurn {
  const last = blocksOf(messages.at(-1)?.content);
  const users = messages
    .filter(({ role }) => role === 'user')
    .map(({ content }) => textOf(content));
  return {
    text: users.findLast((text) => text !== '') ?? '',
    results: last.flatMap(({ type, tool_use_id: id = '', content }) =>
      type === 'tool_result' ? [{ id, text: textOf(content) }] : [],
    ),
    images: last.flatMap(({ type, source }) => (type === 'image' ? [source?.data ?? ''] : [])),
    hasTools: tools.length > 0,
    thinks: thinking !== undefined && thinking.type !== 'disabled',
    thoughts: messages.flatMap(({ content }) =>
      blocksOf(content).flatMap(({ signature }) => (signature === undefined ? [] : [signature])),
    ),
  };
}

const USAGE = { input_tokens: 10, cache_read_input_tokens: 8, cache_creation_input_tokens: 2 };

/** An answer of Anthropic's Messages. */
export function toMessage(model: string, turn: AnsweredTurn): object {
  return {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model,
    content: contentOf(turn),
    stop_reason: stopOf(turn),
    stop_sequence: null,
    usage: { ...USAGE, output_tokens: 7 },
  };
}

/** The same as a stream. */
export function toMessageEvents(model: string, turn: AnsweredTurn): string[] {
  const event = (type: string, extra: object = {}): string =>
    `event: ${type}\ndata: ${JSON.stringify({ type, ...extra })}\n\n`;
  const message = { ...toMessage(model, turn), content: [], stop_reason: null };
  const blocks = contentOf(turn).flatMap((block, index) => {
    const delta = (extra: object): string => event('content_block_delta', { index, delta: extra });
    const [start, ...deltas] = deltasOf(block);
    return [
      event('content_block_start', { index, content_block: start }),
      ...deltas.map(delta),
      event('content_block_stop', { index }),
    ];
  });
  return [
    event('message_start', { message: { ...message, usage: { ...USAGE, output_tokens: 1 } } }),
    ...blocks,
    event('message_delta', {
      delta: { stop_reason: stopOf(turn), stop_sequence: null },
      usage: { output_tokens: 7 },
    }),
    event('message_stop'),
  ];
}

type Content =
  | { readonly type: 'thinking'; readonly thinking: string; readonly signature: string }
  | { readonly type: 'text'; readonly text: string }
  | {
      readonly type: 'tool_use';
      readonly id: string;
      readonly name: string;
      readonly input: object;
    };

/** How a block begins, and what is added to it. */
function deltasOf(block: Content): object[] {
  if (block.type === 'thinking') {
    return [
      { type: 'thinking', thinking: '', signature: '' },
      ...piecesOf(block.thinking).map((thinking) => ({ type: 'thinking_delta', thinking })),
      { type: 'signature_delta', signature: block.signature },
    ];
  }
  if (block.type === 'text') {
    return [
      { type: 'text', text: '' },
      ...piecesOf(block.text).map((text) => ({ type: 'text_delta', text })),
    ];
  }
  return [
    { ...block, input: {} },
    ...piecesOf(JSON.stringify(block.input)).map((json) => ({
      type: 'input_json_delta',
      partial_json: json,
    })),
  ];
}

function contentOf({ thought, text, calls }: AnsweredTurn): Content[] {
  const own = thought && {
    type: 'thinking' as const,
    thinking: thought.text,
    signature: thought.proof,
  };
  return [
    ...(own ? [own] : []),
    ...(text === undefined ? [] : [{ type: 'text' as const, text }]),
    ...calls.map(({ id, name, input }) => ({
      type: 'tool_use' as const,
      id,
      name,
      input,
    })),
  ];
}

const stopOf = ({ calls }: AnsweredTurn): string => (calls.length > 0 ? 'tool_use' : 'end_turn');
