import { type JsonObject, ownValue } from '../jsonl/parse-object.js';
import { type QuestionText, questionPrompt } from './question-prompt.js';
import { sentRequests } from './sent-requests.js';

/** How texts are found. */
export interface TextContext {
  /** The text of a document, from it and what was sent. */
  readonly prompt?: ((doc: JsonObject, sent: string | undefined) => string) | undefined;
  /** Whether the text of a document, by its hash, need not be found again. @default of none */
  readonly isKnown?: ((docHash: string) => boolean) | undefined;
}

/** The text of a sample's question, as the options choose it; empty where it is known already. */
export function sampleText(
  sample: JsonObject,
  { doc, docHash }: { readonly doc: JsonObject; readonly docHash: string },
  { isKnown, prompt }: TextContext,
): QuestionText {
  if (isKnown?.(docHash)) return { prompt: '', isWholePrompt: false };
  const requests = sentRequests(ownValue(sample, 'arguments'));
  if (prompt === undefined) return questionPrompt(doc, requests);
  const sent = requests[0]?.context;
  return {
    prompt: prompt(doc, typeof sent === 'string' ? sent : undefined),
    isWholePrompt: false,
  };
}
