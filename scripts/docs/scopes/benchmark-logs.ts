// Logs of lm-evaluation-harness of all the pool's questions: in `logs`, but for the last model, a
// newcomer, whose are in `new-model`.
import { categories, models } from './pool.js';
import { writeHarnessLog } from './write-harness-log.js';

const tasks = [...new Set(categories)];
const newcomer = models.length - 1;
for (const model of models.keys()) {
  const directory = model === newcomer ? 'new-model' : 'logs';
  await writeHarnessLog({ directory, model, tasks, filters: ['none'], metric: 'acc' });
}
