import type {
  LanguageModelV3FilePart,
  LanguageModelV3Message,
  LanguageModelV3Prompt,
  LanguageModelV3TextPart,
} from '@ai-sdk/provider';
import { isObject, parseObject } from '../http/json-object.js';
import type { Backend } from './backends.js';
import { toFile } from './to-file.js';
import { UntranslatableError } from './untranslatable.js';

type Fields = Readonly<Record<string, unknown>>;
type Assistant = Extract<LanguageModelV3Message, { role: 'assistant' }>['content'][number];
type ToolMessage = Extract<LanguageModelV3Message, { role: 'tool' }>;

/** What of a chat's messages translates, and what is left behind. */
export interface PromptTerms {
  readonly backend: Backend;
  /** Takes the names of what is left out. */
  readonly dropped: Set<string>;
}

/**
 * A chat of the OpenAI protocol as a prompt of the AI SDK.
 *
 * @throws UntranslatableError naming the message that has no equal.
 */
export function toPrompt(messages: readonly unknown[], terms: PromptTerms): LanguageModelV3Prompt {
  const prompt: LanguageModelV3Message[] = [];
  const toolNames = new Map<string, string>();
  for (const [index, message] of messages.entries()) {
    const at = `messages[${index}]`;
    if (!isObject(message)) throw new UntranslatableError(at, 'must be an object.');
    if (message.name !== undefined && message.role !== 'tool') terms.dropped.add('messages[].name');
    switch (message.role) {
      case 'system':
      case 'developer':
        for (const { text, providerOptions } of texts(message.content, at, terms)) {
          prompt.push({
            role: 'system',
            content: text,
            ...(providerOptions && { providerOptions }),
          });
        }
        break;
      case 'user':
        prompt.push({ role: 'user', content: userParts(message.content, at, terms) });
        break;
      case 'assistant':
        prompt.push({ role: 'assistant', content: assistantParts(message, at, terms, toolNames) });
        break;
      case 'tool':
        addToolResult(prompt, message, at, { terms, toolNames });
        break;
      default:
        throw new UntranslatableError(`${at}.role`, 'has no equivalent for this model.');
    }
  }
  return prompt;
}

function texts(content: unknown, at: string, terms: PromptTerms): LanguageModelV3TextPart[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return listOf(content).map((part, index) => {
    if (typeof part.text === 'string') return textPart(part.text, part, terms);
    throw new UntranslatableError(`${at}.content[${index}]`, 'must be a string here.');
  });
}

function userParts(
  content: unknown,
  at: string,
  terms: PromptTerms,
): (LanguageModelV3TextPart | LanguageModelV3FilePart)[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return listOf(content).map((part, index) => {
    if (part.type === 'text' && typeof part.text === 'string') {
      return textPart(part.text, part, terms);
    }
    return {
      ...toFile(part, `${at}.content[${index}]`, terms.dropped),
      ...optionsOf(part, terms),
    };
  });
}

function assistantParts(
  message: Fields,
  at: string,
  terms: PromptTerms,
  toolNames: Map<string, string>,
): Assistant[] {
  if (message.function_call || message.audio) {
    throw new UntranslatableError(
      at,
      'has a function_call or audio, which have no equivalent here.',
    );
  }
  for (const name of ['reasoning_content', 'refusal', 'annotations']) {
    if (message[name]) terms.dropped.add(`messages[].${name}`);
  }
  const parts: Assistant[] = [];
  if (message.content !== null && message.content !== undefined) {
    // An empty text next to tool calls is what many clients send; vendors refuse it.
    parts.push(...texts(message.content, at, terms).filter(({ text }) => text !== ''));
  }
  for (const [index, call] of listOf(message.tool_calls).entries()) {
    const where = `${at}.tool_calls[${index}]`;
    const { id, function: named } = call;
    if (typeof id !== 'string' || !isObject(named) || typeof named.name !== 'string') {
      throw new UntranslatableError(where, 'must have an id and a function with a name.');
    }
    const written = named.arguments === '' ? '{}' : named.arguments;
    const input = typeof written === 'string' ? parseObject(written) : undefined;
    if (!input)
      throw new UntranslatableError(`${where}.function.arguments`, 'is not a JSON object.');
    toolNames.set(id, named.name);
    parts.push({ type: 'tool-call', toolCallId: id, toolName: named.name, input });
  }
  return parts;
}

/** Results that follow each other are one message, as vendors want them. */
function addToolResult(
  prompt: LanguageModelV3Message[],
  message: Fields,
  at: string,
  { terms, toolNames }: { terms: PromptTerms; toolNames: ReadonlyMap<string, string> },
): void {
  const { tool_call_id: id } = message;
  const toolName = typeof id === 'string' ? toolNames.get(id) : undefined;
  if (typeof id !== 'string' || toolName === undefined) {
    throw new UntranslatableError(
      `${at}.tool_call_id`,
      'does not match a call in an earlier message.',
    );
  }
  const parts = texts(message.content, at, terms);
  const value = parts.map(({ text }) => text).join('\n');
  const providerOptions = parts.at(-1)?.providerOptions;
  const last = prompt.at(-1);
  const into: ToolMessage = last?.role === 'tool' ? last : { role: 'tool', content: [] };
  if (into !== last) prompt.push(into);
  into.content.push({
    type: 'tool-result',
    toolCallId: id,
    toolName,
    output: { type: 'text', value },
    ...(providerOptions && { providerOptions }),
  });
}

function textPart(text: string, part: Fields, terms: PromptTerms): LanguageModelV3TextPart {
  return { type: 'text', text, ...optionsOf(part, terms) };
}

/** `cache_control` of a part, as clients of Anthropic's models send it through this protocol too. */
function optionsOf(
  { cache_control: control }: Fields,
  { backend, dropped }: PromptTerms,
): Pick<LanguageModelV3TextPart, 'providerOptions'> {
  if (!isObject(control)) return {};
  if (backend !== 'anthropic') {
    dropped.add('messages[].content[].cache_control');
    return {};
  }
  const ttl = control.ttl === '1h' ? { ttl: '1h' } : {};
  return { providerOptions: { anthropic: { cacheControl: { type: 'ephemeral', ...ttl } } } };
}

function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
