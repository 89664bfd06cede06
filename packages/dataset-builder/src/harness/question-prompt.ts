import type { JsonObject } from '../jsonl/parse-object.js';
import { anchoredQuestion } from '../question-text/anchored-question.js';
import {
  documentChoices,
  endOfChoices,
  listsInText,
  withChoices,
} from '../question-text/choices.js';
import { documentQuestion } from '../question-text/document-question.js';
import { documentTexts } from '../question-text/document-texts.js';
import { lastUserTurn } from '../question-text/user-turn.js';
import type { SentRequest } from './sent-requests.js';
import { varyingContext } from './varying-context.js';

/** The text of a question. */
export interface QuestionText {
  readonly prompt: string;
  /** Whether it is a prompt as it was sent, in which nothing of the document was found. */
  readonly isWholePrompt: boolean;
}

/**
 * The question as the model was shown it, without what differs between runs and models (solved
 * examples, instructions, chat template): the part of the last user's turn that holds the texts of
 * the document, with the choices after it, one per line as `A. text`, where it leaves them out. Where
 * the prompt holds nothing of the document, the document's fields by their names; where these have
 * no usual names, the prompt as it is.
 */
export function questionPrompt(doc: JsonObject, requests: readonly SentRequest[]): QuestionText {
  const listed = documentChoices(doc)?.texts ?? [];
  const texts = documentTexts(doc);
  // The requests of one question mostly have one prompt, which may be long.
  const known = new Map<unknown, string>();
  const turns = requests.map(({ context }) => {
    const turn = known.get(context) ?? lastUserTurn(context) ?? '';
    known.set(context, turn);
    return turn;
  });
  const isAsked = turns.some((turn) => turn !== '');
  // Asked for once more without context, for the mutual information.
  const asked = requests.filter((_, index) => !isAsked || turns[index] !== '');
  const contexts = [...new Set(turns.filter((turn) => !isAsked || turn !== ''))];
  const continuations = asked.flatMap(({ continuation }) => continuation?.trim() ?? []);
  const varying = contexts.length > 1 ? varyingContext(contexts, continuations) : undefined;
  const shown = varying?.text ?? contexts[0] ?? '';
  const anchored = anchoredQuestion(shown, texts, listed);
  if (varying !== undefined && anchored !== undefined) {
    return found(withChoices(anchored, varying.choices));
  }
  const own =
    new Set(continuations).size > 1 &&
    (isFromDocument(continuations, texts) || listsInText(doc, continuations));
  const choices = own ? continuations : listed;
  if (anchored !== undefined && varying === undefined) {
    const isChoice = continuations.length > 1 && (own || continuations.every(isLabel));
    const lacks = isChoice && choices.length > 1 && endOfChoices(anchored, choices, 0) < 0;
    return found(lacks ? withChoices(anchored, choices) : anchored);
  }
  const stem = documentQuestion(doc);
  if (stem !== undefined) return found(complete(stem, choices));
  if (own) return found(complete(shown, choices));
  return { prompt: shown, isWholePrompt: true };
}

function found(prompt: string): QuestionText {
  return { prompt, isWholePrompt: false };
}

function complete(text: string, choices: readonly string[]): string {
  return choices.length > 0 && endOfChoices(text, choices, 0) < 0
    ? withChoices(text, choices)
    : text;
}

/** `A`, `(B)` or `3`: stands for a choice. */
function isLabel(text: string): boolean {
  return /^\(?(?:[A-Za-z]|\d{1,2})\)?[.)]?$/.test(text);
}

/**
 * Whether continuations are the question's own choices: the document has them, and not as its
 * answers. Labels and words that the whole task shares, such as yes and no, are not in it.
 */
function isFromDocument(
  continuations: readonly string[],
  texts: ReturnType<typeof documentTexts>,
): boolean {
  const choices = new Set<string>();
  for (const { text, isAnswer } of texts) if (!isAnswer) choices.add(text.toLowerCase());
  if (continuations.every(isLabel)) return false;
  return continuations.some((continuation) => {
    const lower = continuation.toLowerCase();
    if (choices.has(lower)) return true;
    return texts.some(
      ({ text }) => text.length >= 3 && text.length < lower.length && continuation.includes(text),
    );
  });
}
