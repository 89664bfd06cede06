import { type Answer, EmbedLLMError } from '@embedllm/core';

/** Where lm-evaluation-harness finds a question. */
export interface HarnessDocument {
  /** Name of the task, not of a group of tasks. */
  readonly task: string;
  /** Position of the document in the task's evaluation split, counted from 0: `doc_id` of a log. */
  readonly docId: number;
}

/**
 * Writes chosen questions as lm-evaluation-harness takes them: the file of `--samples`, a JSON object
 * with the document numbers of each task. Run it with `--log_samples` and the same tasks.
 *
 * Numbers are in ascending order, because the harness evaluates the documents in the order of the
 * data set but labels its logs in the order of this list. A task without a question is left out: an
 * empty list would run all of its documents.
 *
 * @param questions - Identifiers, as of `selectQuestions`.
 * @param documents - Where each of them is; `readHarnessSamples` of `@embedllm/dataset-builder` gives
 * `questionId`, `task` and `docId` of every question that was asked once.
 * @returns JSON text that ends with a line break.
 * @throws EmbedLLMError `invalid-argument` when there is no question, one has no document or two have
 * the same, or a number is not an integer of at least 0.
 *
 * @example
 * ```ts
 * await writeFile('samples.json', formatHarnessQuestions(next, documents));
 * // lm_eval --tasks gsm8k --samples samples.json --log_samples --output_path logs
 * ```
 */
export function formatHarnessQuestions(
  questions: readonly string[],
  documents: ReadonlyMap<string, HarnessDocument>,
): string {
  const tasks = new Map<string, Set<number>>();
  for (const question of questions) {
    const document = documents.get(question);
    if (!document) {
      throw new EmbedLLMError(
        `Question ${JSON.stringify(question)} has no known harness task and doc_id.`,
        { code: 'invalid-argument' },
      );
    }
    const { task, docId } = document;
    if (!Number.isSafeInteger(docId) || docId < 0 || !task) {
      throw new EmbedLLMError(
        `Question ${JSON.stringify(question)} needs a task and a doc_id of at least 0, but has ${JSON.stringify(task)} and ${docId}.`,
        { code: 'invalid-argument' },
      );
    }
    const numbers = tasks.get(task) ?? new Set();
    if (numbers.has(docId)) {
      throw new EmbedLLMError(
        `Document ${docId} of the task ${JSON.stringify(task)} matches two questions.`,
        { code: 'invalid-argument' },
      );
    }
    tasks.set(task, numbers.add(docId));
  }
  if (tasks.size === 0) {
    throw new EmbedLLMError('There are no questions to write: pass at least one.', {
      code: 'invalid-argument',
    });
  }
  const lines = [...tasks].map(([task, numbers]) => {
    const ascending = [...numbers].sort((a, b) => a - b);
    return `  ${JSON.stringify(task)}: ${JSON.stringify(ascending)}`;
  });
  return `{\n${lines.join(',\n')}\n}\n`;
}

/** One marked answer of a log, as `readHarnessSamples` of `@embedllm/dataset-builder` gives it. */
export interface MarkedSample {
  readonly questionId: string;
  readonly correct: boolean;
}

/** Marked answers of a log as responses; questions that the pool lacks are counted, not forecast. */
export function responsesFromSamples(
  samples: Iterable<MarkedSample>,
  known: Iterable<string>,
): { responses: Answer[]; unknown: number } {
  const ids = new Set(known);
  const responses: Answer[] = [];
  let unknown = 0;
  for (const { questionId, correct } of samples) {
    if (ids.has(questionId)) responses.push({ question: questionId, outcome: correct ? 1 : 0 });
    else unknown++;
  }
  return { responses, unknown };
}
