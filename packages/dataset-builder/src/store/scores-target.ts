import { EmbedLLMError, type ModelInfo, type Question } from '@embedllm/core';
import type { ImportTarget } from './import-source.js';
import type { ConflictPolicy } from './merge-staged.js';
import { ResponseAppender } from './response-appender.js';
import { appendQuestion, type SourceQuestion, type StagingSource, stageModels } from './staging.js';

/** Scores that are in memory. */
export interface ScoresInMemory {
  /** For messages and `sources`. */
  readonly name: string;
  readonly questions: readonly Question[];
  readonly models: readonly ModelInfo[];
  /** Of all content. */
  readonly sha256: string;
  /** Questions of which not all is said, or that have keys, instead of `questions`. @default none */
  readonly said?: readonly SourceQuestion[] | undefined;
  /** See `StagingSource`. */
  readonly keys?: StagingSource['keys'];
  /** Records that say that a model was not asked. @default 0 */
  readonly notAsked?: number | undefined;
  /** Gives each score once, by index of question and model. */
  readonly each: (add: (question: number, model: number, score: number) => void) => void;
}

/** Scores in memory as something to import. */
export function scoresTarget(
  { name, questions, models, sha256, each, notAsked, said, keys }: ScoresInMemory,
  options: {
    readonly signal?: AbortSignal | undefined;
    readonly onConflict?: ConflictPolicy | undefined;
    readonly defaultCategory?: string | undefined;
  },
): ImportTarget {
  return {
    name,
    format: 'dataset',
    sha256,
    settings: '',
    signal: options.signal,
    onConflict: options.onConflict ?? 'refuse',
    defaultCategory: options.defaultCategory,
    onlyKnownQuestions: said === undefined,
    described: { questions, models },
    source: {
      ...{ coded: true, keys },
      async stage(session) {
        await session.append('staged_questions', (appender) => {
          const staged = said ?? questions.map(({ id }) => ({ id }));
          for (const [code, question] of staged.entries()) appendQuestion(appender, code, question);
        });
        await stageModels(
          session,
          models.map(({ name: model }) => model),
        );
        await session.append('staged_codes', async (appender) => {
          const responses = await ResponseAppender.on(appender);
          each((question, model, score) => responses.add(question, model, score));
          responses.flush();
        });
        // There is one score for each.
        return { mayRepeat: false, notAsked };
      },
      explain: ({ kind }) => {
        throw new EmbedLLMError(`${name} is inconsistent (${kind}).`, { code: 'invalid-data' });
      },
    },
  };
}
