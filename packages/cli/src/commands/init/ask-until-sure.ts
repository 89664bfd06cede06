import type { Artifact, ModelInfo, QuestionEncoder } from '@embedllm/core';
import {
  type CollectedModel,
  type CollectOptions,
  type CollectRecord,
  collect,
  type ResolvedModel,
} from '@embedllm/dataset-builder/collect';
import { quantity } from '@embedllm/internals';
import type { QuestionBank } from '@embedllm/pretrained';
import { type OnboardedPool, onboardModels } from '@embedllm/router/learning';
import type { Context } from '../../program/context.js';
import { UsageError } from '../../program/failure.js';
import { findingsOf, type InitFindings } from './findings.js';

/** Questions that are asked between two looks at whether more would change anything. */
const BATCH = 10;
/** The least that is asked. */
const FIRST = 20;
/** How sure the best model must be for asking to end early. */
const SURE = 0.95;

const ABOUT = {
  'mmlu-pro': 'MMLU-Pro (multiple choice in fourteen academic subjects)',
  zeroeval: 'ZeroEval (mathematics and the output of Python code)',
};

/** What is asked of whom. */
export interface Study {
  readonly models: readonly ResolvedModel[];
  readonly bank: QuestionBank;
  readonly order: readonly number[];
  readonly artifact: Artifact;
  readonly encoder: QuestionEncoder;
}

/** What asking came to. */
export interface Asked {
  readonly pool: OnboardedPool;
  readonly findings: InitFindings;
  readonly calls: number;
  readonly cost: number;
  /** Why fewer questions were asked than allowed. */
  readonly stopped: 'sure' | 'budget' | undefined;
}

/** Asks a batch after the other, until the best model is clear or all has been asked. */
export async function askUntilSure(
  context: Context,
  asking: (count: number) => CollectOptions,
  study: Study,
): Promise<Asked> {
  const { order } = study;
  let calls = 0;
  for (let count = Math.min(FIRST, order.length); ; count = Math.min(count + BATCH, order.length)) {
    const task = context.progress.start('Asking');
    const collected = await collect({
      ...asking(count),
      onProgress: (progress) => {
        task.onProgress({ ...progress, detail: `$${progress.cost.toFixed(3)}` });
      },
    }).finally(() => task.end());
    calls += collected.calls;
    const { pool, findings } = await learn(context, study, collected.records);
    const best = Math.max(...findings.models.map(({ probabilityBest }) => probabilityBest));
    const stopped =
      collected.stopped ?? (best >= SURE && count < order.length ? 'sure' : undefined);
    if (stopped !== undefined || count === order.length) {
      warnOfGaps(context, collected.models);
      return { pool, findings, calls, cost: collected.totalCost, stopped };
    }
  }
}

function warnOfGaps(context: Context, models: readonly CollectedModel[]): void {
  for (const { name, errors, undecided } of models) {
    if (errors > 0) context.warn(`${name} gave no answer to ${quantity(errors, 'question')}.`);
    if (undecided > 0) {
      context.warn(`${quantity(undecided, 'answer')} of ${name} could not be scored.`);
    }
  }
}

async function learn(
  context: Context,
  { models, bank, artifact, encoder }: Study,
  records: readonly CollectRecord[],
): Promise<{ pool: OnboardedPool; findings: InitFindings }> {
  const { collection, questions } = bank;
  const indexById = new Map(questions.map(({ id }, index) => [id, index]));
  const answering = models.map((model) => {
    const own = records.filter(({ model: name }) => name === model.name);
    const answers = own.flatMap(({ questionId, outcome }) => {
      const question = indexById.get(questionId);
      return outcome === null || question === undefined ? [] : [{ question, outcome }];
    });
    if (answers.length === 0) {
      throw new UsageError(
        `${model.name} answered no question: ${own.find(({ error }) => error)?.error ?? 'none could be scored'}`,
      );
    }
    const total = (value: (record: CollectRecord) => number | undefined): number =>
      own.reduce((sum, one) => sum + (value(one) ?? 0), 0);
    const outputTokens = total((one) => one.outputTokens);
    return {
      info: infoOf(model, outputTokens / own.length),
      answers,
      inputTokens: total((one) => one.inputTokens),
      outputTokens,
    };
  });
  const pool = await onboardModels({
    artifact,
    encoder,
    questions,
    models: answering.map(({ info, answers }) => ({ model: info, answers })),
    signal: context.signal,
  });
  const findings = findingsOf(pool.predicted, {
    questions: questions.length,
    about: ABOUT[collection],
    models: answering.map(({ info, answers, inputTokens, outputTokens }) => ({
      info,
      outcomes: answers.map(({ outcome }) => outcome),
      inputTokens,
      outputTokens,
    })),
  });
  return { pool, findings };
}

function infoOf(model: ResolvedModel, meanOutputTokens: number): ModelInfo {
  const { name, pricePerMillionInputTokens, pricePerMillionOutputTokens } = model;
  return {
    name,
    ...(pricePerMillionInputTokens !== undefined && { pricePerMillionInputTokens }),
    ...(pricePerMillionOutputTokens !== undefined && { pricePerMillionOutputTokens }),
    ...(meanOutputTokens > 0 && { meanOutputTokens: Math.round(meanOutputTokens) }),
  };
}
