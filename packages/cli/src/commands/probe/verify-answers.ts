import { type Answer, DataError } from '@embedllm/core';
import { readAnswers } from '@embedllm/dataset-builder';
import { type ModelVerification, verifyModel } from '@embedllm/probes';
import { binaryOutcome } from '../../inputs/model-answers.js';
import { openDataset } from '../../inputs/open-dataset.js';
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
  if (answers === undefined) throw new UsageError('--answers says which file to read.');
  const { correctness } = await openDataset(context, options);
  return verifyModel({
    claimed,
    correctness,
    answers: await readLabelled(context, answers),
    rerun: rerun === undefined ? undefined : await readLabelled(context, rerun),
    selfAgreement,
    level,
    minAnswers,
    seed,
  });
}

async function readLabelled(context: Context, path: string): Promise<Answer[]> {
  const file = context.path(path);
  const answers = await readAnswers(file, { signal: context.signal });
  return answers.map((answer) => {
    const { question, row } = answer;
    if (question === undefined) {
      throw new DataError('An answer must name its question here.', {
        file,
        row,
        field: 'prompt_id',
      });
    }
    return { question, outcome: binaryOutcome(answer, file) };
  });
}
