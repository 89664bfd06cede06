// Logs of lm-evaluation-harness of the pool's gsm8k questions, with its two filters, in `logs`.
import { models, questions } from './pool.js';
import { writeHarnessLog } from './write-harness-log.js';

const files: string[] = [];
for (const model of models.keys()) {
  const filters = ['strict-match', 'flexible-extract'];
  const log = { directory: 'logs', model, tasks: ['gsm8k'], filters, metric: 'exact_match' };
  files.push(...(await writeHarnessLog(log)));
}

/** One of the logs. */
export const file = files[0] ?? '';
/** Where each question is in its task. */
export const documents = new Map(
  questions.map(({ id, category }) => [id, { task: category, docId: Number(id.split('/')[1]) }]),
);
