import type { Artifact, ModelInfo, QuestionEncoder } from '@embedllm/core';
import type {
  CollectQuestion,
  CollectRecord,
  ResolvedModel,
} from '@embedllm/dataset-builder/collect';
import type { QuestionBank } from '@embedllm/pretrained';
import { type OnboardedPool, onboardModels } from '@embedllm/router/learning';
import type { Context } from '../../program/context.js';
import { UsageError } from '../../program/failure.js';
import { findingsOf, type InitFindings } from './findings.js';
import { ownFindings } from './own-findings.js';

const ABOUT = {
  'mmlu-pro': 'MMLU-Pro (multiple choice in fourteen academic subjects)',
  zeroeval: 'ZeroEval (mathematics and the output of Python code)',
};

/** What is asked of whom. */
export interface Study {
  readonly models: readonly ResolvedModel[];
  readonly bank: QuestionBank;
  /** Questions of the user's, asked besides those of the bank. */
  readonly own: readonly CollectQuestion[];
  readonly order: readonly number[];
  readonly artifact: Artifact;
  readonly encoder: QuestionEncoder;
}

/** Makes a pool of the models by what they answered so far. @throws UsageError where one answered nothing. */
export async function learnModels(
  context: Context,
  { models, bank, own, artifact, encoder }: Study,
  records: readonly CollectRecord[],
): Promise<{ pool: OnboardedPool; findings: InitFindings }> {
  const { collection, questions } = bank;
  const indexById = new Map([...questions, ...own].map(({ id }, index) => [id, index]));
  const answering = models.map((model) => {
    const said = records.filter(({ model: name }) => name === model.name);
    const answers = said.flatMap(({ questionId, outcome }) => {
      const question = indexById.get(questionId);
      return outcome === null || question === undefined ? [] : [{ question, outcome }];
    });
    const ofBank = answers.filter(({ question }) => question < questions.length);
    if (ofBank.length === 0) {
      const reason = said.find(({ error }) => error)?.error ?? 'none could be scored.';
      const key = /^Status 40[13]: .*No key was sent/.test(reason)
        ? ' Name the variable that holds its key with --api-key-env.'
        : '';
      throw new UsageError(
        `${model.name} answered no question: ${reason.replace(/(?<![.)])$/, '.')}${key} Correct that or leave it out of --models, and run the command again: what the other models answered is not asked again.`,
      );
    }
    const counted = said.filter(({ outputTokens }) => outputTokens !== undefined);
    const mean = (value: (record: CollectRecord) => number | undefined): number =>
      counted.reduce((sum, one) => sum + (value(one) ?? 0), 0) / Math.max(1, counted.length);
    const outputTokens = mean((one) => one.outputTokens);
    return {
      info: infoOf(model, outputTokens),
      answers,
      outcomes: ofBank.map(({ outcome }) => outcome),
      inputTokens: mean((one) => one.inputTokens),
      outputTokens,
    };
  });
  const pool = await onboardModels({
    artifact,
    encoder,
    questions,
    ownQuestions: own,
    models: answering.map(({ info, answers }) => ({ model: info, answers })),
    signal: context.signal,
  });
  const findings = findingsOf(pool.predicted, {
    questions: questions.length,
    about: ABOUT[collection],
    models: answering,
    own:
      own.length === 0
        ? undefined
        : ownFindings(
            answering.map(({ info, answers }) => ({
              model: info.name,
              outcomes: new Map(
                answers
                  .filter(({ question }) => question >= questions.length)
                  .map(({ question, outcome }) => [question, outcome]),
              ),
            })),
          ),
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
