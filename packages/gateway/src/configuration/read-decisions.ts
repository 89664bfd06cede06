import type { ConfigurationFields } from './configuration-fields.js';
import type { DecisionSettings } from './decision-settings.js';

const QUESTIONS: readonly DecisionSettings['questions'][] = ['text', 'hash', 'off'];
const ANSWERS: readonly DecisionSettings['answers'][] = ['shadow', 'off'];

/** Reads where decisions are kept; `undefined` for nowhere. */
export function readDecisions(root: ConfigurationFields): DecisionSettings | undefined {
  if (!root.has('decisions')) return undefined;
  const fields = root.fields('decisions').allow(['answers', 'file', 'questions']);
  return {
    file: fields.text('file'),
    questions: fields.choice('questions', QUESTIONS, 'text'),
    answers: fields.choice('answers', ANSWERS, 'off'),
  };
}
