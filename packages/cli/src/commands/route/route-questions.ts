import { fromPretrained } from '@embedllm/core/node';
import { formatTable, percent, printable } from '@embedllm/internals';
import { type RouteDecision, Router } from '@embedllm/router';
import { withPrices } from '../../inputs/price-list.js';
import { restoreArtifactEncoder } from '../../inputs/restore-artifact-encoder.js';
import { warnOfTraining } from '../../inputs/warn-of-training.js';
import type { Context } from '../../program/context.js';
import { UsageError } from '../../program/failure.js';
import { assertKnownModels, policyOf } from './create-policy.js';
import { assertKnownFacts } from './known-facts.js';
import type { RouteCommandOptions } from './options.js';
import { type AskedQuestion, readQuestions } from './read-questions.js';

/** Questions that are encoded and routed together. */
const BATCH = 256;

/** Routes what was typed, or what a file or standard input holds, and prints the decisions. */
export async function routeQuestions(
  context: Context,
  options: RouteCommandOptions,
  typed: readonly string[],
): Promise<void> {
  const source = sourceOf(context, options, typed);
  const policy = policyOf(options);
  const read = await fromPretrained(context.path(options.artifact), { signal: context.signal });
  const artifact = { ...read, models: await withPrices(context, read.models, options) };
  warnOfTraining(context, artifact);
  assertKnownModels(options, artifact.model.models);
  assertKnownFacts(context, options, artifact.models);
  const router = Router.fromArtifact(artifact, {
    encoder: await restoreArtifactEncoder(context, artifact.encoder, options),
    policy,
  });
  const { top, inputTokens } = options;
  const decide = (questions: readonly AskedQuestion[]): Promise<RouteDecision[]> =>
    router.routeMany(
      questions.map(({ question }) => question),
      { top, inputTokens, signal: context.signal },
    );
  const [only] = typed;
  if (only !== undefined && typed.length === 1) {
    const [decision] = await decide([{ question: only }]);
    if (decision) context.result(decision, () => describe(decision));
    return;
  }
  const asked = source ? readQuestions(context, source) : typed.map((question) => ({ question }));
  let batch: AskedQuestion[] = [];
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return;
    const decisions = await decide(batch);
    const lines = decisions.map((decision, index) => line(context, batch[index], decision));
    context.write(`${lines.join('\n')}\n`);
    batch = [];
  };
  for await (const question of asked) {
    batch.push(question);
    if (batch.length === BATCH) await flush();
  }
  await flush();
}

function sourceOf(
  context: Context,
  { input, inputFormat }: RouteCommandOptions,
  typed: readonly string[],
): { input: string; format: 'text' | 'jsonl' } | undefined {
  if (typed.length > 0) {
    if (typed.some((question) => question.trim() === '')) {
      throw new UsageError('A question is empty.');
    }
    if (input === undefined) return undefined;
    throw new UsageError('Pass questions as arguments or with --input, not both.');
  }
  if (input === undefined && context.io.stdin.isTTY === true) {
    throw new UsageError(
      'No question given. Pass one as an argument, with --input or on standard input.',
    );
  }
  const file = input ?? '-';
  if (inputFormat === undefined && /\.(?:csv|tsv|json|parquet|pq)$/i.test(file)) {
    throw new UsageError(
      `${file} looks like a table, but --input reads a question a line, or JSON Lines with "question" or "messages" (.jsonl). If it has one of these forms, say so with --input-format.`,
    );
  }
  return {
    input: file,
    format: inputFormat ?? (/\.(jsonl|ndjson)$/.test(file) ? 'jsonl' : 'text'),
  };
}

function line(context: Context, asked: AskedQuestion | undefined, decision: RouteDecision): string {
  const id = asked?.id;
  if (context.json) return JSON.stringify(id === undefined ? decision : { id, ...decision });
  const text = typeof asked?.question === 'string' ? asked.question : 'chat';
  const name = id === undefined ? printable(text, 60) : printable(String(id), 60);
  return `${decision.model.name}\t${decision.probability.toFixed(4)}\t${name}`;
}

/** Below this familiarity a decision is remarked on. */
const UNFAMILIAR = 0.05;

function describe({ candidates, reason, familiarity }: RouteDecision): string {
  const rows = candidates.map(({ model, probability, expectedCostUsd }) => [
    model.name,
    percent(probability),
    expectedCostUsd === undefined ? '' : `$${expectedCostUsd.toPrecision(3)}`,
  ]);
  const remark =
    familiarity !== undefined && familiarity < UNFAMILIAR
      ? `\nUnfamiliar: ${percent(1 - familiarity)} of the training questions are more familiar; the probabilities are close to each model's general ability.`
      : '';
  return `${formatTable(['model', 'P(correct)', 'cost'], rows)}\n${reason}${remark}`;
}
