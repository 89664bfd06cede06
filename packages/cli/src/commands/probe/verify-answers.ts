import type { Answer, Question } from '@embedllm/core';
import { type ModelVerification, verifyModel } from '@embedllm/probes';
import { binaryOutcome, questionFinder, readAnswerTable } from '../../inputs/model-answers.js';
import { openDataset } from '../../inputs/open-dataset.js';
import { storeThreshold } from '../../inputs/reading-options.js';
import type { Context } from '../../program/context.js';
import { UsageError } from '../../program/failure.js';
import type { VerifyOptions } from './options.js';

/** Tests whether answers are those of the model that they claim to be of. */
export async function verifyAnswers(
  context: Context,
  options: VerifyOptions,
  claimed: string,
): Promise<ModelVerification> {
  const { answers, rerun, selfAgreement, level, minAnswers, seed } = options;
  if (answers === undefined) throw new UsageError('Name the file of answers with --answers.');
  const { correctness, questions } = await openDataset(context, {
    ...options,
    threshold: storeThreshold(options),
  });
  const read = (path: string): Promise<Answer[]> =>
    readLabelled(context, path, options, { name: claimed, questions });
  return verifyModel({
    claimed,
    correctness,
    answers: await read(answers),
    rerun: rerun === undefined ? undefined : await read(rerun),
    selfAgreement,
    level,
    minAnswers,
    seed,
  });
}

async function readLabelled(
  context: Context,
  path: string,
  options: VerifyOptions,
  { name, questions }: { readonly name: string; readonly questions: readonly Question[] },
): Promise<Answer[]> {
  const file = context.path(path);
  const { answers } = await readAnswerTable(context, file, options, {
    name,
    hint: 'Give a file of one.',
  });
  const idOf = questionFinder(questions);
  return answers.map((answer) => ({
    // Unknown ids are counted as such.
    question: idOf(answer) ?? answer.question ?? answer.prompt ?? '',
    outcome: binaryOutcome(answer, file),
  }));
}
