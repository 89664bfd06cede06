import { AnswerLength } from './answer-length.js';
import { ask } from './ask.js';
import { Budget } from './budget.js';
import { type CollectOptions, collectSettings } from './collect-options.js';
import type { CollectRecord } from './collect-record.js';
import { type CollectResult, collectedModel } from './collect-result.js';
import { type ModelCalls, openCollection } from './open-collection.js';
import { Pace } from './pace.js';
import type { QuestionCall } from './prepared-call.js';
import { RecordFile } from './record-file.js';
import { lockRecord } from './record-lock.js';
import { recordOf } from './record-of.js';

/** A model that fails so often in a row is given up. */
const MOST_FAILURES = 10;
const BUDGET = 'The budget does not allow another call.';

/**
 * Asks models questions, scores the answers, and adds each to a record, a JSONL file. What the record
 * has already is not asked again, so that the same call resumes after Ctrl-C, an error or a crash; at
 * most the calls in progress are lost. An answer that did not come (a provider's error, after retries
 * that respect `Retry-After`) is missing, never wrong, and is asked for in the next run.
 *
 * `readEvaluations` and `embedllm build` read the record as a table. Meanwhile a file next to it,
 * `.lock`, keeps other processes from it.
 *
 * @throws EmbedLLMError `invalid-argument` on options out of range or a budget without prices,
 * `missing-dependency` where a vendor's package is not installed; DataError on a question without
 * text or scorer, or a record that is malformed, cannot be written or is in use by another process; the signal's reason when it is
 * aborted; what a scorer throws.
 *
 * @example
 * const { models, cost } = await collect({
 *   models: [`${baseURL}#small`, `${baseURL}#large`],
 *   questions: [{ id: 'sum', prompt: 'What is 17 + 4?', category: 'arithmetic', key: '21' }],
 *   scorer: 'number',
 *   record: 'answers.jsonl',
 * });
 * console.log(models[0]?.name, models[0]?.meanOutcome, cost); // small 1 0
 */
export async function collect(options: CollectOptions): Promise<CollectResult> {
  collectSettings(options);
  const unlock = await lockRecord(options.record);
  try {
    return await collectInto(options);
  } finally {
    await unlock();
  }
}

async function collectInto(options: CollectOptions): Promise<CollectResult> {
  const settings = collectSettings(options);
  const { signal, onProgress } = options;
  const { models, records: before, spent } = await openCollection(options);
  const records = new Map(before);
  const lengths = new AnswerLength(before.values());
  const budget = new Budget(options.budget, spent);
  const stopped = new Map<ModelCalls, string>();
  const total = models.reduce((sum, { all }) => sum + all.length, 0);
  let done = total - models.reduce((sum, { open }) => sum + open.length, 0);
  let [calls, errors] = [0, 0];
  const scorers = new Set(
    models.flatMap(({ open }) => open.map(({ question }) => question.scorer)),
  );
  for (const scorer of scorers) await scorer.prepare?.(signal);
  const file = await RecordFile.open(options.record);
  // A defect, such as a scorer that throws, ends all workers.
  const defect = new AbortController();
  const ended = signal ? AbortSignal.any([signal, defect.signal]) : defect.signal;

  const add = async (record: CollectRecord): Promise<void> => {
    await file.append(record);
    records.set(record.call, record);
    lengths.add(record);
    calls++;
    done++;
    if (record.status === 'error') errors++;
    const missing = errors > 0 ? `, ${errors} failed` : '';
    const detail = `${done} of ${total} answers, $${budget.spent.toFixed(2)}${missing}`;
    const progress = { phase: 'collect', done, total, unit: 'answers', detail };
    onProgress?.({ ...progress, cost: budget.spent, errors });
  };

  const runModel = async (model: ModelCalls): Promise<void> => {
    const [first] = model.open;
    if (first === undefined) return;
    const pace = new Pace(first.model);
    const queue = model.open.values();
    let failures = 0;
    const work = async (): Promise<void> => {
      for (let next = queue.next(); !next.done; next = queue.next()) {
        if (stopped.has(model)) return;
        ended.throwIfAborted();
        const call: QuestionCall = next.value;
        const usualOutputTokens = lengths.expected(call);
        const asked = await ask(call, {
          ...{ pace, budget, usualOutputTokens, signal: ended },
          ...{ maxRetries: settings.maxRetries, timeoutMs: settings.timeoutMs },
        });
        if (asked.kind === 'budget') {
          stopped.set(model, BUDGET);
          return;
        }
        await add(await recordOf(call, asked, budget, ended));
        failures = asked.kind === 'failure' ? failures + 1 : 0;
        if (asked.kind === 'failure' && (asked.failure.isFinal || failures >= MOST_FAILURES)) {
          stopped.set(model, asked.failure.message);
        }
      }
    };
    const workers = first.model.concurrency ?? settings.concurrency;
    await Promise.all(Array.from({ length: workers }, guarded(work, defect)));
  };

  const runs = await Promise.allSettled(models.map(runModel));
  await file.close();
  signal?.throwIfAborted();
  const failed = runs.find((run) => run.status === 'rejected');
  if (failed) throw failed.reason;
  return {
    record: options.record,
    records: models.flatMap(({ all }) => newest(all, records)),
    models: models.map((model) =>
      collectedModel(model.name, newest(model.all, records), model.all.length, stopped.get(model)),
    ),
    calls,
    cost: budget.spent - spent,
    totalCost: budget.spent,
    stopped: [...stopped.values()].includes(BUDGET) ? 'budget' : undefined,
  };
}

/** Ends all other workers with the error of the first that throws. */
function guarded(work: () => Promise<void>, defect: AbortController): () => Promise<void> {
  return async () => {
    try {
      await work();
    } catch (error) {
      defect.abort(error);
      throw error;
    }
  };
}

function newest(
  calls: readonly QuestionCall[],
  records: ReadonlyMap<string, CollectRecord>,
): CollectRecord[] {
  return calls.flatMap(({ id }) => records.get(id) ?? []);
}
