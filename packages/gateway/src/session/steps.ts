import type { ChatRequest } from '../http/chat-request.js';
import { isObject } from '../http/json-object.js';

type Fields = Readonly<Record<string, unknown>>;

/** A step of a conversation. */
export type Step =
  | { readonly kind: 'user'; readonly text: string }
  | { readonly kind: 'answer'; readonly hasThought: boolean }
  /** A call of a tool, the same for the same arguments. */
  | { readonly kind: 'call'; readonly key: string; readonly hasThought: boolean }
  | { readonly kind: 'result'; readonly failed: boolean };

/** Messages or items that are read, from the end. */
const MOST_READ = 64;
/** How results of tools begin or what they say where they failed and no field says so. */
const FAILURE =
  /^\s*(?:error\b|fatal:|traceback \(most recent call last\)|command failed|exception\b)|\bexit(?:ed with)?(?: with)?[ _](?:code|status)\W{1,3}(?!0\b)\d+/i;
/** Characters of a result that are looked at, from its beginning and end. */
const LOOKED_AT = 600;

/** The last steps of a conversation, in their order. */
export function lastSteps({ body, protocol }: Pick<ChatRequest, 'body' | 'protocol'>): Step[] {
  const list = body[protocol.input];
  if (!Array.isArray(list)) return [];
  const recent = list.slice(-MOST_READ).filter(isObject);
  if (protocol.spoken === 'messages') return recent.flatMap(ofMessages);
  return recent.flatMap(protocol.spoken === 'responses' ? ofResponses : ofChat);
}

function ofMessages({ role, content }: Fields): Step[] {
  const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : objects(content);
  if (role === 'assistant') {
    const hasThought = blocks.some(
      ({ type }) => type === 'thinking' || type === 'redacted_thinking',
    );
    return answers(
      blocks.filter(({ type }) => type === 'tool_use').map(({ name, input }) => keyOf(name, input)),
      hasThought,
    );
  }
  const results = blocks.filter(({ type }) => type === 'tool_result');
  const text = blocks.map((block) => (typeof block.text === 'string' ? block.text : '')).join('\n');
  return [
    ...results.map(
      ({ is_error: isError, content: said }): Step => ({
        kind: 'result',
        // Where there is a field for it, texts are not guessed at.
        failed: isError === true || (isError === undefined && looksFailed(textOf(said))),
      }),
    ),
    ...(text.trim() === '' ? [] : [{ kind: 'user', text } as const]),
  ];
}

function ofChat(message: Fields): Step[] {
  const { role, content, tool_calls: calls } = message;
  if (role === 'user') return [{ kind: 'user', text: textOf(content) }];
  if (role === 'tool' || role === 'function') {
    return [{ kind: 'result', failed: looksFailed(textOf(content)) }];
  }
  if (role !== 'assistant') return [];
  const thought = message.reasoning_content ?? message.reasoning_details ?? message.reasoning;
  const keys = objects(calls).map(({ function: called }) =>
    isObject(called) ? keyOf(called.name, called.arguments) : '',
  );
  return answers(keys, thought !== undefined && thought !== null && thought !== '');
}

function ofResponses(item: Fields): Step[] {
  const { type, role, content, output } = item;
  if (role === 'user') return [{ kind: 'user', text: textOf(content) }];
  if (role === 'assistant') return answers([], false);
  if (type === 'reasoning') return answers([], true);
  const kind = typeof type === 'string' ? type : '';
  if (kind.endsWith('_call')) {
    const args = item.arguments ?? item.input ?? item.action;
    return answers([keyOf(item.name ?? kind, args)], false);
  }
  if (!kind.endsWith('_output')) return [];
  const failed = item.status === 'incomplete' || looksFailed(textOf(output));
  return [{ kind: 'result', failed }];
}

function answers(calls: readonly string[], hasThought: boolean): Step[] {
  if (calls.length === 0) return [{ kind: 'answer', hasThought }];
  return calls.map((key) => ({ kind: 'call', key, hasThought }));
}

function keyOf(name: unknown, args: unknown): string {
  return `${String(name)} ${typeof args === 'string' ? args : JSON.stringify(args ?? null)}`;
}

function looksFailed(text: string): boolean {
  if (text.length <= 2 * LOOKED_AT) return FAILURE.test(text);
  return FAILURE.test(text.slice(0, LOOKED_AT)) || FAILURE.test(` \n${text.slice(-LOOKED_AT)}`);
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (isObject(value)) return JSON.stringify(value);
  return objects(value)
    .map(({ text }) => (typeof text === 'string' ? text : ''))
    .join('\n');
}

function objects(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
