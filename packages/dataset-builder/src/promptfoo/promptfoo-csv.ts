import { DataError } from '@embedllm/core';
import type { Header, Place } from '../csv/columns.js';
import { plainName, USUAL_NAMES } from '../tables/column-names.js';
import { idOfText } from '../tables/read-planned.js';
import { parseScore } from '../tables/score-text.js';
import { judgeFailed, type PromptfooAnswer, type PromptfooReading } from './promptfoo-answer.js';

/** `[provider] prompt` above the outputs of a provider. */
const OUTPUT = /^\[(.+?)\] (.*)$/s;

/** What older versions write in front of an output. */
const VERDICT = /^\[(PASS|FAIL|ERROR)\]/;

/** The columns of one provider and prompt. */
interface OutputColumns {
  readonly model: string;
  readonly prompt: string;
  readonly output: number;
  readonly status: number;
  readonly score: number;
  readonly reason: number;
}

/** Whether a header is that of promptfoo's CSV. */
export function isPromptfooHeader(columns: readonly string[]): boolean {
  const first = columns.findIndex((name) => OUTPUT.test(name));
  return (
    first > 0 &&
    (columns[first + 1] === 'Status' ||
      columns.length === first + 1 ||
      OUTPUT.test(columns[first + 1] ?? ''))
  );
}

/**
 * Reads the records of promptfoo's CSV, whose header names columns again for each provider: they are
 * known by their positions.
 */
export function promptfooCsv(
  { columns }: Header,
  reading: PromptfooReading,
): (fields: readonly string[], place: Place) => PromptfooAnswer[] {
  const outputs = outputColumns(columns);
  const first = outputs[0]?.output ?? 0;
  const variables = columns.slice(0, first).flatMap((name, position) =>
    // "Description" is the test's.
    position === 0 && name === 'Description' ? [] : [{ name, position }],
  );
  const hasPrompts = new Set(outputs.map(({ prompt }) => prompt)).size > 1;
  return (fields, place) => {
    const text = questionOf(variables, fields, place);
    return outputs.map((output) => {
      const { score, missing } = verdictOf(output, fields, reading, place);
      const prompt = hasPrompts ? `${output.prompt}: ${text}` : text;
      return {
        question: idOfText(prompt),
        prompt,
        category: undefined,
        model: output.model,
        score,
        missing,
        field: columns[output.status] ?? columns[output.output] ?? '',
      };
    });
  };
}

function outputColumns(columns: readonly string[]): OutputColumns[] {
  const starts = columns.flatMap((name, position) => (OUTPUT.test(name) ? [position] : []));
  return starts.map((output, index) => {
    const [, model = '', prompt = ''] = OUTPUT.exec(columns[output] ?? '') ?? [];
    const own = columns.slice(0, starts[index + 1]);
    const find = (name: string): number => own.indexOf(name, output);
    return {
      model,
      prompt,
      output,
      status: find('Status'),
      score: find('Score'),
      reason: find('Grader Reason'),
    };
  });
}

/** The variable that is named like a question, else the only one, else all of them. */
function questionOf(
  variables: readonly { readonly name: string; readonly position: number }[],
  fields: readonly string[],
  place: Place,
): string {
  const usual = variables.find(({ name }) => USUAL_NAMES.prompt.includes(plainName(name)));
  const [only, ...others] = variables;
  const chosen = usual ?? (others.length === 0 ? only : undefined);
  const text =
    chosen === undefined
      ? variables.map(({ name, position }) => `${name}: ${fields[position] ?? ''}`).join('\n')
      : (fields[chosen.position] ?? '');
  if (text.trim() !== '') return text;
  throw new DataError('the test has no text: none of its variables is set.', place);
}

function verdictOf(
  { output, status, score, reason }: OutputColumns,
  fields: readonly string[],
  { graded }: PromptfooReading,
  place: Place,
): Pick<PromptfooAnswer, 'score' | 'missing'> {
  const verdict = status < 0 ? (VERDICT.exec(fields[output] ?? '')?.[1] ?? '') : fields[status];
  if (verdict === '' || verdict === undefined) return { score: null, missing: undefined };
  if (verdict === 'ERROR') return { score: null, missing: 'error' };
  if (verdict === 'FAIL' && judgeFailed(fields[reason])) return { score: null, missing: 'judge' };
  const text = graded ? (fields[score] ?? '') : verdict;
  const value = parseScore(text);
  if (value !== undefined) return { score: value, missing: undefined };
  throw new DataError(`must be PASS, FAIL or ERROR, but is ${JSON.stringify(text)}.`, place);
}
