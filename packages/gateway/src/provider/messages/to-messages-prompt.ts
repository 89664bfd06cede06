import type { LanguageModelV3Prompt } from '@ai-sdk/provider';
import { isObject } from '../../http/json-object.js';
import { isText, noEqual } from '../call-settings.js';
import { PromptBuilder, type UserPart } from '../prompt-builder.js';
import { UntranslatableError } from '../untranslatable.js';

type Fields = Readonly<Record<string, unknown>>;

/**
 * A chat of Anthropic's Messages as a prompt of the AI SDK. Thoughts, which are signed by the model that
 * had them, are left out.
 *
 * @param dropped - Takes the names of what is left out.
 * @throws UntranslatableError naming the block that has no equal.
 */
export function toMessagesPrompt(
  { system, messages }: Fields,
  dropped: Set<string>,
): LanguageModelV3Prompt {
  const builder = new PromptBuilder();
  for (const block of blocksOf(system)) {
    builder.system(isText(block.text) ? block.text : '');
    noteOptions(block, 'system[]', dropped);
  }
  for (const [index, message] of listOf(messages).entries()) {
    const at = `messages[${index}].content`;
    const blocks = blocksOf(message.content);
    if (message.role === 'system') {
      for (const { text } of blocks) builder.system(isText(text) ? text : '');
    } else if (message.role === 'assistant') addAnswer(builder, blocks, { at, dropped });
    else addQuestion(builder, blocks, { at, dropped });
  }
  return builder.prompt;
}

interface Place {
  readonly at: string;
  readonly dropped: Set<string>;
}

function addAnswer(
  builder: PromptBuilder,
  blocks: readonly Fields[],
  { at, dropped }: Place,
): void {
  for (const [index, block] of blocks.entries()) {
    noteOptions(block, 'messages[].content[]', dropped);
    const { type, text, id, name, input } = block;
    if (type === 'text' && isText(text)) builder.assistant(text);
    else if (type === 'thinking' || type === 'redacted_thinking') {
      dropped.add(`messages[].content[].${type}`);
    } else if (type === 'tool_use' && isText(id) && isText(name)) {
      builder.call(`${at}[${index}]`, { id, name, input: isObject(input) ? input : {} });
    } else throw noEqual(`${at}[${index}]`);
  }
}

/** Results come before what the user says to them. */
function addQuestion(
  builder: PromptBuilder,
  blocks: readonly Fields[],
  { at, dropped }: Place,
): void {
  const said: UserPart[] = [];
  for (const [index, block] of blocks.entries()) {
    noteOptions(block, 'messages[].content[]', dropped);
    const here = `${at}[${index}]`;
    if (block.type !== 'tool_result') {
      said.push(...toParts(block, here, dropped));
      continue;
    }
    const { tool_use_id: id, content, is_error: isError } = block;
    if (!isText(id)) throw new UntranslatableError(`${here}.tool_use_id`, 'must be a string.');
    // Packages write the text of an error, and no more.
    if (isError === true) dropped.add('messages[].content[].is_error');
    const parts = blocksOf(content).flatMap((one) => toParts(one, here, dropped));
    builder.result(`${here}.tool_use_id`, { id, parts, isError: isError === true });
  }
  builder.user(said);
}

function toParts(block: Fields, at: string, dropped: Set<string>): UserPart[] {
  const { type, text, source, title } = block;
  if (type === 'text' && isText(text)) return [{ type: 'text', text }];
  if (type === 'search_result' || !isObject(source)) throw noEqual(at);
  if (type !== 'image' && type !== 'document') throw noEqual(at);
  if (block.citations !== undefined) dropped.add('messages[].content[].citations');
  const { type: kind, data, url, media_type: mediaType } = source;
  const filename = isText(title) ? { filename: title } : {};
  if (kind === 'text' && isText(data)) return [{ type: 'text', text: data }];
  if (kind === 'content')
    return blocksOf(source.content).flatMap((one) => toParts(one, at, dropped));
  const usual = type === 'image' ? 'image/*' : 'application/pdf';
  const media = isText(mediaType) ? mediaType : usual;
  if (kind === 'base64' && isText(data)) {
    return [{ type: 'file', data, mediaType: media, ...filename }];
  }
  if (kind === 'url' && isText(url) && URL.canParse(url)) {
    return [{ type: 'file', data: new URL(url), mediaType: media, ...filename }];
  }
  throw noEqual(`${at}.source`);
}

/** What upstreams of another protocol cache, they cache by themselves. */
function noteOptions({ cache_control: control }: Fields, at: string, dropped: Set<string>): void {
  if (isObject(control)) dropped.add(`${at}.cache_control`);
}

function blocksOf(content: unknown): readonly Fields[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : listOf(content);
}

function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
