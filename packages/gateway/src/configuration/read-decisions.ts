import type { ConfigurationFields } from './configuration-fields.js';
import type { DecisionSettings } from './decision-settings.js';

const QUESTIONS: readonly DecisionSettings['questions'][] = ['text', 'hash', 'off'];

/** Reads where decisions are kept; `undefined` for nowhere. */
export function readDecisions(root: ConfigurationFields): DecisionSettings | undefined {
  if (!root.has('decisions')) return undefined;
  const fields = root.fields('decisions').allow(['file', 'questions']);
  const given = fields.text('questions', 'text');
  const questions = QUESTIONS.find((name) => name === given);
  if (questions === undefined) {
    return fields.fail('questions', `Must be one of ${QUESTIONS.join(', ')}.`);
  }
  return { file: fields.text('file'), questions };
}
