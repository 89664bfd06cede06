import { readUsage } from '../costs/token-usage.js';
import { isObject } from '../http/json-object.js';
import { noteShort } from '../upstream/answer-facts.js';
import { messageOf } from './message-of.js';
import type { EventReader, EventSigns, Protocol } from './protocol.js';

/** What chat completions, completions and embeddings have in common. */
type Shared = Omit<
  Protocol,
  'name' | 'operation' | 'path' | 'noun' | 'input' | 'span' | 'problemOf' | 'mark'
>;

const noteFacts: Protocol['noteFacts'] = (facts, answer) => {
  noteShort(facts, { id: answer.id, model: answer.model });
  for (const choice of Array.isArray(answer.choices) ? answer.choices : []) {
    if (isObject(choice)) noteShort(facts, { finishReason: choice.finish_reason });
  }
};

const EVENTS: EventReader = {
  read(event, facts) {
    if (event.error !== undefined && event.error !== null) return { error: messageOf(event.error) };
    noteFacts(facts, event);
    const usage = readUsage(event.usage);
    const choices: readonly unknown[] = Array.isArray(event.choices) ? event.choices : [];
    const finished: unknown[] = [];
    let hasContent = false;
    let error: string | undefined;
    for (const choice of choices) {
      if (!isObject(choice)) continue;
      if (choice.finish_reason === 'error') error ??= messageOf(choice.error);
      else if (typeof choice.finish_reason === 'string') finished.push(choice.index);
      const hasText = typeof choice.text === 'string' && choice.text !== '';
      if (hasText || (isObject(choice.delta) && hasTokens(choice.delta))) hasContent = true;
    }
    const signs: EventSigns = {
      hasContent: hasContent || finished.length > 0,
      finished,
      error,
      usage,
      isUsageAlone: usage !== undefined && choices.length === 0,
    };
    return signs;
  },
};

const SHARED: Shared = {
  outputLimits: ['max_tokens', 'max_completion_tokens'],
  uncounted: [],
  asksUsage: true,
  passedHeaders: {},
  passedQuery: [],
  readUsage,
  noteFacts,
  openEvents: () => EVENTS,
  // Inside a text the quotes would be escaped, so that these are fields and values themselves.
  telling: /"error"|"finish_reason"\s*:\s*"|"usage"\s*:\s*\{/,
  errorBody: (error) => error.toJSON(),
  errorEvent: (body) => `data: ${JSON.stringify(body)}`,
};

/** OpenAI's chat completions. */
export const CHAT: Protocol = {
  ...SHARED,
  name: 'chat',
  spoken: 'chat',
  operation: 'chat',
  path: '/chat/completions',
  noun: 'chat completions',
  input: 'messages',
  span: 'chat',
  textIn: ({ choices }) => deltaOf(choices),
  ...withList('choices'),
};

/** OpenAI's completions of a prompt. */
export const COMPLETIONS: Protocol = {
  ...SHARED,
  name: 'completions',
  operation: 'completions',
  path: '/completions',
  noun: 'completions',
  input: 'prompt',
  span: 'text_completion',
  ...withList('choices'),
};

/** OpenAI's embeddings. */
export const EMBEDDINGS: Protocol = {
  ...SHARED,
  name: 'embeddings',
  operation: 'embeddings',
  path: '/embeddings',
  noun: 'embeddings',
  input: 'input',
  span: 'embeddings',
  asksUsage: false,
  ...withList('data'),
};

/** Answers without entries in this list are none. */
function withList(name: string): Pick<Protocol, 'problemOf' | 'mark'> {
  return {
    problemOf({ [name]: list }) {
      return Array.isArray(list) && list.length > 0 ? undefined : `no ${name}`;
    },
    mark: new RegExp(`"${name}"\\s*:\\s*\\[\\s*\\{`),
  };
}

/** Whatever a delta holds besides its role is output of the model. */
function hasTokens(delta: Record<string, unknown>): boolean {
  return Object.entries(delta).some(([key, value]) => {
    if (key === 'role' || value === null || value === '') return false;
    return !(Array.isArray(value) && value.length === 0);
  });
}

/** The text of the first choice's delta. */
function deltaOf(choices: unknown): string {
  const [first] = Array.isArray(choices) ? choices.filter(isObject) : [];
  const content = isObject(first?.delta) ? first.delta.content : undefined;
  return typeof content === 'string' ? content : '';
}
