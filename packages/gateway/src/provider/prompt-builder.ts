import type {
  LanguageModelV3FilePart,
  LanguageModelV3Message,
  LanguageModelV3Prompt,
  LanguageModelV3TextPart,
} from '@ai-sdk/provider';
import { parseObject } from '../http/json-object.js';
import { UntranslatableError } from './untranslatable.js';

/** What a user writes or shows. */
export type UserPart = LanguageModelV3TextPart | LanguageModelV3FilePart;
type AssistantMessage = Extract<LanguageModelV3Message, { role: 'assistant' }>;
type ToolMessage = Extract<LanguageModelV3Message, { role: 'tool' }>;

/**
 * Puts a prompt of the AI SDK together, turn by turn: what a model says and calls in one turn is one
 * message, and so are the results of its calls. Images of results follow them as the user's, because few
 * protocols take them in results.
 */
export class PromptBuilder {
  readonly #prompt: LanguageModelV3Message[] = [];
  readonly #toolNames = new Map<string, string>();
  /** Images of results, until the next turn begins. */
  #shown: UserPart[] = [];

  get prompt(): LanguageModelV3Prompt {
    this.#show();
    return this.#prompt;
  }

  system(text: string): void {
    this.#show();
    if (text !== '') this.#prompt.push({ role: 'system', content: text });
  }

  user(parts: readonly UserPart[]): void {
    if (parts.length === 0) return;
    const shown = this.#shown;
    this.#shown = [];
    this.#prompt.push({ role: 'user', content: [...shown, ...parts] });
  }

  assistant(text: string): void {
    if (text !== '') this.#assistant().content.push({ type: 'text', text });
  }

  /** @throws UntranslatableError where the arguments are not a JSON object. */
  call(at: string, { id, name, input }: ToolCall): void {
    const value = typeof input === 'string' ? parseObject(input === '' ? '{}' : input) : input;
    if (!value) throw new UntranslatableError(at, 'must have a JSON object for its arguments.');
    this.#toolNames.set(id, name);
    const content = this.#assistant().content;
    content.push({ type: 'tool-call', toolCallId: id, toolName: name, input: value });
  }

  /** @throws UntranslatableError where there is no such call. */
  result(at: string, { id, parts, isError }: ToolResult): void {
    const toolName = this.#toolNames.get(id);
    if (toolName === undefined) {
      throw new UntranslatableError(at, 'does not match a call in an earlier message.');
    }
    const value = parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
    const last = this.#prompt.at(-1);
    const into: ToolMessage = last?.role === 'tool' ? last : { role: 'tool', content: [] };
    if (into !== last) this.#prompt.push(into);
    const output = { type: isError ? ('error-text' as const) : ('text' as const), value };
    into.content.push({ type: 'tool-result', toolCallId: id, toolName, output });
    this.#shown.push(...parts.filter(({ type }) => type === 'file'));
  }

  #assistant(): AssistantMessage {
    this.#show();
    const last = this.#prompt.at(-1);
    if (last?.role === 'assistant') return last;
    const message: AssistantMessage = { role: 'assistant', content: [] };
    this.#prompt.push(message);
    return message;
  }

  #show(): void {
    const shown = this.#shown;
    this.#shown = [];
    this.user(shown);
  }
}

/** A call of a tool; its input as an object, or as the JSON of one. */
interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly input: string | Readonly<Record<string, unknown>>;
}

interface ToolResult {
  readonly id: string;
  readonly parts: readonly UserPart[];
  readonly isError: boolean;
}
