import { createHash } from 'node:crypto';
import { EmbedLLMError, type EvaluationDataset, MISSING } from '@embedllm/core';
import type { StoreImportOptions } from './import-options.js';
import type { ImportTarget } from './import-source.js';
import { ResponseAppender } from './response-appender.js';

/** A dataset in memory as something to import. */
export function datasetTarget(
  { questions, models, correctness }: EvaluationDataset,
  options: StoreImportOptions & { readonly name: string },
): ImportTarget {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([questions, models])).update(correctness.labels);
  return {
    name: options.name,
    format: 'dataset',
    sha256: hash.digest('hex'),
    settings: '',
    signal: options.signal,
    onConflict: options.onConflict ?? 'refuse',
    onlyKnownQuestions: true,
    described: { questions, models },
    source: {
      coded: true,
      async stage(session) {
        await session.append('staged_questions', (appender) => {
          questions.forEach(({ id }, code) => {
            appender.appendInteger(code);
            appender.appendVarchar(id);
            for (let column = 0; column < 2; column++) appender.appendNull();
            for (let column = 0; column < 2; column++) appender.appendInteger(1);
            appender.endRow();
          });
        });
        await session.append('staged_models', (appender) => {
          models.forEach(({ name }, code) => {
            appender.appendInteger(code);
            appender.appendVarchar(name);
            appender.endRow();
          });
        });
        await session.append('staged_codes', async (appender) => {
          const responses = await ResponseAppender.on(appender);
          questions.forEach((_, question) => {
            correctness.row(question).forEach((label, model) => {
              if (label !== MISSING) responses.add(question, model, label);
            });
          });
          responses.flush();
        });
        // A matrix has one label for each.
        return { mayRepeat: false };
      },
      explain: ({ kind }) => {
        throw new EmbedLLMError('invalid-data', `${options.name} is inconsistent (${kind}).`);
      },
    },
  };
}
