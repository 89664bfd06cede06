import { type AnsweredTurn, type AskedTurn, piecesOf } from './turn.js';

interface Part {
  readonly type: string;
  readonly text?: string;
  readonly image_url?: string;
}

interface Item {
  readonly type?: string;
  readonly role?: string;
  readonly content?: string | readonly Part[];
  readonly call_id?: string;
  readonly output?: string | readonly Part[];
  readonly encrypted_content?: string;
}

/** A request of OpenAI's Responses. */
export interface ResponsesBody {
  readonly input: string | readonly Item[];
  readonly tools?: readonly unknown[];
  readonly reasoning?: { readonly effort?: string | null } | null;
}

const textOf = (content: string | readonly Part[] = []): string =>
  typeof content === 'string' ? content : content.map(({ text = '' }) => text).join('');

/** Reads a request of OpenAI's Responses. */
export function readResponses({ input, tools = [], reasoning }: ResponsesBody): AskedTurn {
  const items: readonly Item[] =
    typeof input === 'string' ? [{ role: 'user', content: input }] : input;
  const asked = items.findLastIndex(({ role }) => role === 'user');
  const content = items[asked]?.content;
  return {
    text: textOf(content),
    results: items
      .slice(asked + 1)
      .flatMap(({ type, call_id: id = '', output }) =>
        type === 'function_call_output' ? [{ id, text: textOf(output) }] : [],
      ),
    images: (typeof content === 'string' ? [] : (content ?? [])).flatMap((part) =>
      part.type === 'input_image' ? [part.image_url?.replace(/^data:.*?,/, '') ?? ''] : [],
    ),
    hasTools: tools.length > 0,
    thinks: Boolean(reasoning?.effort) && reasoning?.effort !== 'none',
    thoughts: items.flatMap(({ encrypted_content: proof }) => (proof ? [proof] : [])),
  };
}

/** An answer of OpenAI's Responses. */
export function toResponse(model: string, turn: AnsweredTurn): object {
  return {
    id: 'resp_1',
    object: 'response',
    created_at: 1,
    status: 'completed',
    error: null,
    incomplete_details: null,
    instructions: null,
    metadata: {},
    model,
    output: outputOf(turn),
    parallel_tool_calls: true,
    temperature: 1,
    tool_choice: 'auto',
    tools: [],
    top_p: 1,
    usage: {
      input_tokens: 20,
      input_tokens_details: { cached_tokens: 8 },
      output_tokens: 7,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 27,
    },
  };
}

/** The same as a stream. */
export function toResponseEvents(model: string, turn: AnsweredTurn): string[] {
  let sequence = 0;
  const event = (type: string, extra: object): string =>
    `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: sequence++, ...extra })}\n\n`;
  const response = toResponse(model, turn);
  const begun = { ...response, status: 'in_progress', output: [], usage: null };
  return [
    event('response.created', { response: begun }),
    event('response.in_progress', { response: begun }),
    ...outputOf(turn).flatMap((item, output_index) => {
      const at = { item_id: item.id, output_index };
      const added = { output_index, item: { ...item, ...EMPTY[item.type] } };
      const pieces =
        item.type === 'message'
          ? partEvents(event, at, item.content[0])
          : item.type === 'function_call'
            ? argumentEvents(event, at, item)
            : summaryEvents(event, at, item.summary[0].text);
      return [
        event('response.output_item.added', added),
        ...pieces,
        event('response.output_item.done', { output_index, item }),
      ];
    }),
    event('response.completed', { response }),
  ];
}

const EMPTY = {
  message: { content: [], status: 'in_progress' },
  function_call: { arguments: '', status: 'in_progress' },
  reasoning: { summary: [] },
};

type Write = (type: string, extra: object) => string;

function partEvents(event: Write, at: object, part: OutputText): string[] {
  const of = { ...at, content_index: 0 };
  return [
    event('response.content_part.added', { ...of, part: { ...part, text: '' } }),
    ...piecesOf(part.text).map((delta) =>
      event('response.output_text.delta', { ...of, delta, logprobs: [] }),
    ),
    event('response.output_text.done', { ...of, text: part.text, logprobs: [] }),
    event('response.content_part.done', { ...of, part }),
  ];
}

function argumentEvents(
  event: Write,
  at: object,
  { name, arguments: json }: { readonly name: string; readonly arguments: string },
): string[] {
  return [
    ...piecesOf(json).map((delta) =>
      event('response.function_call_arguments.delta', { ...at, delta }),
    ),
    event('response.function_call_arguments.done', { ...at, arguments: json, name }),
  ];
}

function summaryEvents(event: Write, at: object, text: string): string[] {
  const of = { ...at, summary_index: 0 };
  const part = { type: 'summary_text', text };
  return [
    event('response.reasoning_summary_part.added', { ...of, part: { ...part, text: '' } }),
    ...piecesOf(text).map((delta) =>
      event('response.reasoning_summary_text.delta', { ...of, delta }),
    ),
    event('response.reasoning_summary_text.done', { ...of, text }),
    event('response.reasoning_summary_part.done', { ...of, part }),
  ];
}

interface OutputText {
  readonly type: 'output_text';
  readonly text: string;
  readonly annotations: readonly [];
  readonly logprobs: readonly [];
}

type Output =
  | {
      readonly type: 'reasoning';
      readonly id: string;
      readonly summary: readonly [{ readonly type: 'summary_text'; readonly text: string }];
      readonly encrypted_content: string;
    }
  | {
      readonly type: 'message';
      readonly id: string;
      readonly role: 'assistant';
      readonly status: 'completed';
      readonly content: readonly [OutputText];
    }
  | {
      readonly type: 'function_call';
      readonly id: string;
      readonly call_id: string;
      readonly name: string;
      readonly arguments: string;
      readonly status: 'completed';
    };

function outputOf({ thought, text, calls }: AnsweredTurn): Output[] {
  const output: Output[] = [];
  if (thought) {
    output.push({
      type: 'reasoning',
      id: 'rs_1',
      summary: [{ type: 'summary_text', text: thought.text }],
      encrypted_content: thought.proof,
    });
  }
  if (text !== undefined) {
    output.push({
      type: 'message',
      id: 'msg_1',
      role: 'assistant',
      status: 'completed',
      content: [{ type: 'output_text', text, annotations: [], logprobs: [] }],
    });
  }
  for (const { id, name, input } of calls) {
    output.push({
      type: 'function_call',
      id: `fc_${id}`,
      call_id: id,
      name,
      arguments: JSON.stringify(input),
      status: 'completed',
    });
  }
  return output;
}
