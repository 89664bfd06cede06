import { createHash } from 'node:crypto';
import type { TableScores } from '../tables/table-scores.js';
import type { ImportTableOptions } from './import-options.js';
import type { ImportTarget } from './import-source.js';
import { scoresTarget } from './scores-target.js';

/** Scores of tables as something to import; the same scores are recognized when they come again. */
export function tablesTarget(
  scores: TableScores,
  name: string,
  options: Pick<ImportTableOptions, 'onConflict' | 'signal' | 'defaultCategory'>,
): ImportTarget {
  const { said: questions } = scores;
  const names = scores.models;
  const each = (add: (question: number, model: number, score: number) => void): void => {
    for (let question = 0; question < questions.length; question++) {
      for (const [model, modelName] of names.entries()) {
        const score = scores.get(question, modelName);
        if (score !== undefined) add(question, model, score);
      }
    }
  };
  const hash = createHash('sha256').update(JSON.stringify([questions, names]));
  each((question, model, score) => hash.update(`${question} ${model} ${score}\n`));
  const models = scores.modelInfos;
  return scoresTarget(
    {
      name,
      questions: [],
      said: questions,
      models,
      sha256: hash.digest('hex'),
      each,
      notAsked: scores.notAsked,
    },
    options,
  );
}
