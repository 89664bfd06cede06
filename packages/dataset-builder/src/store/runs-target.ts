import { createHash } from 'node:crypto';
import { EmbedLLMError } from '@embedllm/core';
import { type LogSource, nameOfLogs } from '../runs/log-source.js';
import type { RunLabels } from '../runs/run-labels.js';
import type { ImportLogsOptions } from './import-options.js';
import type { ImportTarget } from './import-source.js';
import { scoresTarget } from './scores-target.js';

/** @throws EmbedLLMError `invalid-argument` when a threshold would be ignored. */
export function keepsScores({
  scores,
  threshold,
}: ImportLogsOptions & { readonly threshold?: number | undefined }): boolean {
  if (scores !== 'keep') return false;
  if (threshold === undefined) return true;
  throw new EmbedLLMError(
    "scores: 'keep' keeps scores unchanged. Pass the threshold to toDataset instead.",
    { code: 'invalid-argument' },
  );
}

/** The runs of logs as something to import; the same scores are recognized when they come again. */
export function runsTarget(
  labels: RunLabels,
  logs: LogSource,
  options: ImportLogsOptions & { readonly signal?: AbortSignal | undefined },
): ImportTarget {
  const { questions } = labels;
  const models = labels.describeModels();
  const each = (add: (question: number, model: number, score: number) => void): void => {
    for (let question = 0; question < questions.length; question++) {
      for (let model = 0; model < models.length; model++) {
        const score = labels.get(question, model);
        if (score !== undefined) add(question, model, score);
      }
    }
  };
  const { onConflict, nameOf, signal } = options;
  const isWithinRun = onConflict === 'mean' || onConflict === 'majority';
  return scoresTarget(
    {
      ...{ name: nameOf?.(nameOfLogs(logs)) ?? nameOfLogs(logs), sha256: hashOf(labels), each },
      ...{ questions: [], said: labels.keyedQuestions(), keys: labels.keys, models },
    },
    { signal, onConflict: isWithinRun ? 'refuse' : onConflict },
  );
}

function hashOf(labels: RunLabels): string {
  const { questions, models } = labels;
  const hash = createHash('sha256').update(JSON.stringify([questions, models]));
  const row = new Float64Array(models.length);
  for (let question = 0; question < questions.length; question++) {
    for (let model = 0; model < models.length; model++) {
      row[model] = labels.get(question, model) ?? -1;
    }
    hash.update(new Uint8Array(row.buffer));
  }
  return hash.digest('hex');
}
