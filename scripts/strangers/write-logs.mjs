// Logs as lm-evaluation-harness writes them: twelve models in `logs`, a strong new one in
// `new-model`, on 150 questions of gsm8k, each sample logged for both filters of the task.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const DATE = '2026-01-02T03-04-05.678901';
const QUESTIONS = 150;
const FILTERS = ['strict-match', 'flexible-extract'];
const hash = (text) => createHash('sha256').update(text).digest('hex');

/** Writes both folders into a project. */
export function writeLogs(project) {
  for (let model = 0; model < 12; model++) {
    writeLog(join(project, 'logs', `model-${model}`), `model-${model}`, 0.3 + 0.05 * model);
  }
  writeLog(join(project, 'new-model'), 'new-model', 0.97);
}

/** A question is answered where its difficulty, mixed with some luck, is below the ability. */
function writeLog(directory, name, ability) {
  mkdirSync(directory, { recursive: true });
  const lines = Array.from({ length: QUESTIONS }, (_, id) => {
    const doc = {
      question: `What is ${id + 11} times ${id + 7}?`,
      answer: `#### ${(id + 11) * (id + 7)}`,
    };
    const text = JSON.stringify(doc);
    const isRight = 0.7 * share(`q${id}`) + 0.3 * share(`${name}/${id}`) < ability;
    return FILTERS.map((filter) =>
      JSON.stringify({
        doc_id: id,
        doc,
        target: '1',
        arguments: {},
        resps: [['1']],
        filtered_resps: ['1'],
        filter,
        metrics: ['exact_match'],
        doc_hash: hash(text),
        prompt_hash: hash(text),
        target_hash: hash('1'),
        exact_match: isRight ? 1 : 0,
      }),
    );
  });
  writeFileSync(join(directory, `samples_gsm8k_${DATE}.jsonl`), `${lines.flat().join('\n')}\n`);
  const results = {
    results: { gsm8k: { alias: 'gsm8k' } },
    group_subtasks: { gsm8k: [] },
    configs: { gsm8k: { task: 'gsm8k' } },
    versions: { gsm8k: 3 },
    'n-samples': { gsm8k: { original: QUESTIONS, effective: QUESTIONS } },
    config: { model: 'hf', model_args: `pretrained=${name}` },
    date: 1767323045,
    model_source: 'hf',
    model_name: name,
  };
  writeFileSync(join(directory, `results_${DATE}.json`), JSON.stringify(results));
}

/** A number from 0 to 1 that a text always gives. */
function share(text) {
  return Number.parseInt(hash(text).slice(0, 8), 16) / 2 ** 32;
}
