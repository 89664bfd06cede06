import type { LanguageModelV3Prompt } from '@ai-sdk/provider';
import { isObject } from '../../http/json-object.js';
import { isText, noEqual } from '../call-settings.js';
import { PromptBuilder, type UserPart } from '../prompt-builder.js';
import { fromUrl } from '../to-file.js';
import { UntranslatableError } from '../untranslatable.js';

type Fields = Readonly<Record<string, unknown>>;

/**
 * The items of a request of OpenAI's Responses as a prompt of the AI SDK. Thoughts, which only the model that had
 * them can read, are left out.
 *
 * @param dropped - Takes the names of what is left out.
 * @throws UntranslatableError naming the item that has no equal.
 */
export function toResponsesPrompt(
  { instructions, input }: Fields,
  dropped: Set<string>,
): LanguageModelV3Prompt {
  const builder = new PromptBuilder();
  if (isText(instructions)) builder.system(instructions);
  if (isText(input)) builder.user([{ type: 'text', text: input }]);
  for (const [index, item] of (Array.isArray(input) ? input : []).entries()) {
    const at = `input[${index}]`;
    if (!isObject(item)) throw noEqual(at);
    addItem(builder, item, { at, dropped });
  }
  return builder.prompt;
}

interface Place {
  readonly at: string;
  readonly dropped: Set<string>;
}

function addItem(builder: PromptBuilder, item: Fields, place: Place): void {
  const { at, dropped } = place;
  const { type = 'message', call_id: id, name, arguments: written, output } = item;
  if (type === 'message') addMessage(builder, item, place);
  else if (type === 'reasoning') dropped.add('input[].reasoning');
  else if (type === 'item_reference') {
    const problem =
      'refers to an item that was not stored. Send `store: false` and the items themselves.';
    throw new UntranslatableError(at, problem);
  } else if (type === 'function_call' && isText(id) && isText(name) && isText(written)) {
    builder.call(`${at}.arguments`, { id, name, input: written });
  } else if (type === 'function_call_output' && isText(id)) {
    const parts = toParts(output, `${at}.output`, dropped);
    builder.result(`${at}.call_id`, { id, parts, isError: false });
  } else throw noEqual(at);
}

function addMessage(builder: PromptBuilder, { role, content }: Fields, place: Place): void {
  const at = `${place.at}.content`;
  const parts = toParts(content, at, place.dropped);
  if (role === 'user') {
    builder.user(parts);
    return;
  }
  for (const part of parts) {
    if (part.type !== 'text') throw noEqual(at);
    if (role === 'assistant') builder.assistant(part.text);
    else if (role === 'system' || role === 'developer') builder.system(part.text);
    else throw noEqual(`${place.at}.role`);
  }
}

function toParts(content: unknown, at: string, dropped: Set<string>): UserPart[] {
  if (isText(content)) return [{ type: 'text', text: content }];
  const parts: readonly unknown[] = Array.isArray(content) ? content : [];
  return parts.map((part, index) => {
    const here = `${at}[${index}]`;
    if (!isObject(part)) throw noEqual(here);
    const { type, text, image_url: image, file_data: file, filename, detail, refusal } = part;
    if (isText(text)) return { type: 'text', text };
    if (type === 'refusal' && isText(refusal)) return { type: 'text', text: refusal };
    if (type === 'input_image' && isText(image)) {
      if (isText(detail) && detail !== 'auto') dropped.add('input[].content[].detail');
      return fromUrl(image, `${here}.image_url`, 'image/*');
    }
    if (type === 'input_file' && isText(file)) {
      const named = isText(filename) ? { filename } : {};
      return { ...fromUrl(file, `${here}.file_data`, 'application/pdf'), ...named };
    }
    throw noEqual(here);
  });
}
