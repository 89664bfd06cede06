import { isJsonObject, ownValue } from '../jsonl/parse-object.js';

/** What stands before the user's turn in the chat templates of common models. */
const OPENERS =
  /<\|im_start\|>user|<\|(?:start_header_id|header_start)\|>user<\|(?:end_header_id|header_end)\|>|<start_of_turn>user|<\|start_of_role\|>user<\|end_of_role\|>|<\|start\|>user<\|message\|>|<\|USER_TOKEN\|>|<｜User｜>|<\|[Uu]ser\|>|\[INST\]/g;

/** What stands after it. */
const ENDS = /<\|[^|>\s]{1,40}\|>|<｜[^｜>]{1,40}｜>|<end_of_turn>|\[\/INST\]|<\/s>/;

/** Templates that mark turns by words alone count only where the prompt ends with the model's turn. */
const WORDED_END = /\n\s*(?:ASSISTANT|Assistant|### (?:Response|Assistant)):\s*$/;
const WORDED_OPENERS = /(?:^|\n)(?:USER|User|Human|### (?:Instruction|User|Human)):[ \n]/g;

/**
 * The last thing that the user said in a prompt as it was sent: a plain text, a chat rendered by
 * the model's template, the JSON of its messages, or the messages themselves.
 *
 * @returns `undefined` where there is no text.
 */
export function lastUserTurn(sent: unknown): string | undefined {
  if (typeof sent === 'string') return turnOfText(sent);
  if (!Array.isArray(sent)) return undefined;
  // lm-evaluation-harness logs a chat for an API as a list that holds its JSON.
  const [first] = sent;
  if (typeof first === 'string') return turnOfText(first);
  const message = sent.findLast((item) => isJsonObject(item) && ownValue(item, 'role') === 'user');
  return isJsonObject(message) ? textOfContent(ownValue(message, 'content')) : undefined;
}

function turnOfText(text: string): string | undefined {
  if (/^\s*\[\s*\{/.test(text)) {
    const messages = parsed(text);
    if (Array.isArray(messages) && messages.some((item) => isJsonObject(item) && 'role' in item)) {
      return lastUserTurn(messages);
    }
  }
  const marked = /[<[]/.test(text) ? afterLast(text, OPENERS) : undefined;
  if (marked !== undefined) {
    const end = marked.search(ENDS);
    return (end < 0 ? marked : marked.slice(0, end)).trim();
  }
  const from = Math.max(0, text.length - 40);
  const end = text.slice(from).search(WORDED_END);
  const worded = end < 0 ? undefined : afterLast(text.slice(0, from + end), WORDED_OPENERS);
  return (worded ?? text).trim();
}

function afterLast(text: string, opener: RegExp): string | undefined {
  let start = -1;
  for (const match of text.matchAll(opener)) start = match.index + match[0].length;
  return start < 0 ? undefined : text.slice(start);
}

function textOfContent(content: unknown): string | undefined {
  if (typeof content === 'string') return content.trim();
  if (!Array.isArray(content)) return undefined;
  const texts = content.flatMap((part) => {
    const text = isJsonObject(part) ? ownValue(part, 'text') : undefined;
    return typeof text === 'string' ? [text] : [];
  });
  return texts.length === 0 ? undefined : texts.join('\n').trim();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
