/** What a column can mean. */
export type ColumnRole = 'question' | 'prompt' | 'category' | 'model' | 'score';

/** Usual names of columns by what they mean, the surest first; case and punctuation do not count. */
export const USUAL_NAMES: Readonly<Record<ColumnRole, readonly string[]>> = {
  question: [
    ...['promptid', 'questionid', 'qid', 'itemid', 'sampleid', 'taskid', 'problemid', 'exampleid'],
    ...['docid', 'testid', 'caseid', 'uid', 'uuid', 'id'],
  ],
  prompt: [
    ...['prompt', 'question', 'query', 'input', 'instruction', 'problem', 'text', 'prompttext'],
    ...['questiontext', 'userprompt', 'userinput', 'statement'],
    ...['messages', 'conversation', 'conversations', 'chat'],
  ],
  category: [
    'category',
    'subject',
    'benchmark',
    'dataset',
    'evalname',
    'domain',
    'topic',
    'taskname',
    'task',
  ],
  model: ['modelname', 'model', 'modelid', 'llm', 'llmname', 'provider', 'engine'],
  score: [
    ...['correct', 'iscorrect', 'correctness', 'label', 'outcome', 'passed', 'pass', 'ispassed'],
    ...['success', 'solved', 'score', 'accuracy', 'acc', 'exactmatch', 'em', 'grade', 'verdict'],
    ...['judgement', 'judgment', 'rating', 'reward', 'result', 'performance'],
  ],
};

/** A name without case and punctuation. */
export function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}

/** Columns with one of the usual names, the surest first; the last part of a nested name counts. */
export function usualColumns(columns: readonly string[], role: ColumnRole): string[] {
  const names = USUAL_NAMES[role];
  const rank = (column: string): number => {
    const whole = names.indexOf(plainName(column));
    if (whole >= 0) return whole;
    const nested = column.includes('.')
      ? names.indexOf(plainName(column.slice(column.lastIndexOf('.') + 1)))
      : -1;
    return nested < 0 ? -1 : names.length + nested;
  };
  return columns
    .filter((column) => rank(column) >= 0)
    .sort((one, other) => rank(one) - rank(other));
}

/** The column that says how many tokens an answer has, where there is one. */
export function outputTokensColumn(columns: readonly string[]): string | undefined {
  const names = ['outputtokens', 'completiontokens', 'usagecompletiontokens', 'usageoutputtokens'];
  return columns.find((column) => names.includes(plainName(column)));
}

/** The column of a name, else the only one that differs from it in case and punctuation alone. */
export function columnNamed(columns: readonly string[], name: string): string | undefined {
  if (columns.includes(name)) return name;
  const alike = columns.filter((column) => plainName(column) === plainName(name));
  return alike.length === 1 && plainName(name) !== '' ? alike[0] : undefined;
}

/** Names of columns of numbers that are not scores, by a part of them. */
const MEASURES = /cost|price|latency|time|token|length|seconds|chars|duration|rank|index|count/i;

/** Names of columns of 0 and 1 that describe a question or an attempt. */
const FACTS = new RegExp(
  `^(?:(?:is|has|num|n)_\\w+|${[
    ...['difficulty', 'hardness', 'level', 'year', 'month', 'day', 'fold', 'split', 'version'],
    ...['epoch', 'seed', 'weight', 'attempt', 'trial', 'turn', 'round', 'shots', 'temperature'],
    ...['confidence', 'probability', 'answer', 'target', 'expected', 'gold', 'reference'],
  ].join('|')})$`,
  'i',
);

/** Whether a column is named like something other than a model. */
export function isMeasure(column: string): boolean {
  return MEASURES.test(column) || FACTS.test(column);
}
