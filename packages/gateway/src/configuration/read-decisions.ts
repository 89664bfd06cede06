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
    questions: oneOf(fields, 'questions', QUESTIONS, 'text'),
    answers: oneOf(fields, 'answers', ANSWERS, 'off'),
  };
}

function oneOf<Name extends string>(
  fields: ConfigurationFields,
  key: string,
  names: readonly Name[],
  fallback: Name,
): Name {
  const given = fields.text(key, fallback);
  const name = names.find((one) => one === given);
  return name ?? fields.fail(key, `Must be one of ${names.join(', ')}.`);
}
