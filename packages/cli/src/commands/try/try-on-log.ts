import { DataError, Random } from '@embedllm/core';
import { fromPretrained } from '@embedllm/core/node';
import {
  type CollectQuestion,
  type ResolvedModel,
  samplePrompts,
} from '@embedllm/dataset-builder/collect';
import { didYouMean, quantity } from '@embedllm/internals';
import { Router } from '@embedllm/router';
import { withPrices } from '../../inputs/price-list.js';
import { restoreArtifactEncoder } from '../../inputs/restore-artifact-encoder.js';
import { TornLines } from '../../inputs/torn-lines.js';
import { warnOfTraining } from '../../inputs/warn-of-training.js';
import { assertFilePlace } from '../../output/output-place.js';
import type { Context } from '../../program/context.js';
import { UsageError } from '../../program/failure.js';
import { chooseScorer, describeJudge } from '../collect/choose-scorer.js';
import { modelsToAsk } from '../collect/models-to-ask.js';
import { withKeptAnswers } from './kept-model.js';
import { MarkedAnswers, type MarkingPlace } from './mark-answers.js';
import type { TryOptions } from './options.js';
import { personScorer } from './person-scorer.js';
import { NOTHING_REUSED, readReusedAnswers } from './reused-answers.js';
import { type PredictedRequests, testPolicies } from './test-policies.js';
import { tryOnOutcomes } from './try-on-outcomes.js';
import { writeTrial } from './write-trial.js';

/** The most requests that are read of a log. */
const SAMPLE = 5000;

/** Tries policies on a log, writes the page, and says what was found. */
export async function tryOnLog(context: Context, options: TryOptions): Promise<number> {
  const { from, best, share, confidence, draws, reuse, seed = 0 } = options;
  if (from === undefined) throw new UsageError('No log given. Name one with --from FILE.');
  if (best === undefined) {
    throw new UsageError('Name the model that currently answers everything with --best.');
  }
  await assertFilePlace(context.path(options.page));
  if (options.outcomes === true) return await tryOnOutcomes(context, options, { from, best });
  const asked = await modelsToAsk(context, options);
  const present = asked.findIndex(({ name }) => name === best);
  if (present < 0 || asked.length < 2) {
    throw new UsageError(
      `--best ${best} and at least one other model are needed: name them with -m ${best}=vendor:model.`,
    );
  }
  const isPerson = options.judge === undefined;
  if (isPerson && context.io.stdin.isTTY !== true) {
    throw new UsageError(
      'Marking answers needs a terminal. Let a model mark them with --judge, or use the outcomes in a gateway log with --outcomes.',
    );
  }
  const record = context.path(options.output);
  const resumeHint = `Marks so far are in ${record}; run the same command again to continue.`;
  const chosen = await chooseScorer(context, options);
  let next: MarkingPlace = { next: 1, needed: 1, most: 1 };
  const person = personScorer(context.io, { resumeHint, place: () => next });
  const { scorer = person, judge } = chosen;
  const questions = await readRequests(context, options, from);
  const { known, kept } =
    reuse === undefined
      ? NOTHING_REUSED
      : await readReusedAnswers(context, { from, reuse }, { questions, asked });
  const predicted = await predict(context, options, { questions, asked });
  const check = await judge?.prepare(context.signal);
  if (check) context.note(describeJudge(check));
  context.resumeHint = resumeHint;
  const places = new Map(questions.map(({ prompt }, n) => [prompt, n]));
  const at = (prompt: string): number => places.get(prompt) ?? -1;
  const answers = new MarkedAnswers(context, {
    ...{ questions, isPerson, scorer, record, known, signal: context.signal },
    models: asked.map((model, m) => withKeptAnswers(model, (prompt) => kept(at(prompt), m))),
    onNext: (place) => {
      next = place;
    },
    ...{ budget: options.budget, maxOutputTokens: options.maxOutputTokens },
    ...{ concurrency: options.concurrency, maxRetries: options.maxRetries },
    timeoutMs: Math.ceil(options.timeout * 1000),
  });
  const found = await testPolicies({
    ...{ answers, predicted, present, share, confidence, draws, seed },
    prompts: questions.map(({ prompt }) => prompt),
    shuffle: (pairs) => new Random(seed).shuffle([...pairs]),
  });
  if (answers.isStopped) context.warn('The budget ran out before all answers were marked.');
  return await writeTrial(context, options, {
    ...{ title: 'What routing would save', log: from, requests: questions.length },
    ...{ present: best, models: predicted.models },
    ...found,
    marks: answers.marks,
    undecided: answers.undecided,
    markedBy: check
      ? `by a judge that agreed with ${check.agreed} of ${check.examples - check.undecided} marks of a person`
      : 'by a person',
    ...(answers.knownRequests > 0 && { holdsFor: mixture(answers.knownRequests) }),
  });
}

/** What the promise is about where outcomes and marks both count. */
function mixture(requests: number): string {
  const verb = requests === 1 ? 'was' : 'were';
  return `${quantity(requests, 'request')} ${verb} judged by outcomes of both models that were posted, the others by marks. This holds for requests like those of the log, each different request counting once, and for quality so measured: if outcomes and marks do not mean the same, for the mixture of both.`;
}

async function readRequests(
  context: Context,
  { sample = SAMPLE, seed, promptColumn }: TryOptions,
  from: string,
): Promise<readonly CollectQuestion[]> {
  const task = context.progress.start('Reading');
  const { signal } = context;
  const torn = new TornLines();
  const { onTorn } = torn;
  const found = await samplePrompts(context.path(from), {
    ...{ count: sample, seed, promptColumn, signal, onTorn, onProgress: task.onProgress },
  }).finally(() => task.end());
  torn.warn(context, from);
  const { questions, records, notText } = found;
  if (questions.length < 20) {
    throw new DataError(
      `has ${quantity(questions.length, 'different request')}; at least 20 are needed.`,
      { file: context.path(from) },
    );
  }
  const left = notText > 0 ? ` ${quantity(notText, 'request')} with non-text parts left out.` : '';
  context.note(
    `${quantity(questions.length, 'different request')} in ${quantity(records, 'record')} of ${from}.${left}`,
  );
  return questions;
}

/** What the router of the artifact says of the requests, for the models that are asked. */
async function predict(
  context: Context,
  options: TryOptions,
  { questions, asked }: { questions: readonly CollectQuestion[]; asked: readonly ResolvedModel[] },
): Promise<PredictedRequests> {
  const read = await fromPretrained(context.path(options.artifact), { signal: context.signal });
  warnOfTraining(context, read);
  const artifact = { ...read, models: await withPrices(context, read.models, options) };
  const encoder = await restoreArtifactEncoder(context, artifact.encoder, {});
  const router = Router.fromArtifact(artifact, { encoder });
  const names = router.models.map(({ name }) => name);
  const columns = asked.map(({ name }) => {
    const column = names.indexOf(name);
    if (column >= 0) return column;
    throw new UsageError(
      `The artifact does not contain ${JSON.stringify(name)}.${didYouMean(name, names)} Use its model names, with -m NAME=vendor:model. Available: ${names.slice(0, 5).join(', ')}${names.length > 5 ? ', ...' : ''}.`,
    );
  });
  const { embeddings, coverage } = await router.encode(
    questions.map(({ prompt }) => prompt),
    { signal: context.signal },
  );
  const { probabilities, costsUsd } = router.predict(embeddings, { coverage });
  const unpriced = asked.filter((_, m) => Number.isNaN(costsUsd.at(0, columns[m] ?? 0)));
  if (unpriced.length > 0) {
    throw new UsageError(
      `The cost of ${unpriced.map(({ name }) => name).join(', ')} is unknown: pass --prices with model, input_price, output_price and mean_output_tokens.`,
    );
  }
  return {
    models: asked.map(({ name }) => name),
    probabilities: probabilities.selectColumns(columns),
    costsUsd: costsUsd.selectColumns(columns),
  };
}
