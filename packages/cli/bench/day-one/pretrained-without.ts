import { cp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Artifact, CorrectnessMatrix, Matrix } from '@embedllm/core';
import { fitFamiliarity } from '@embedllm/core/familiarity';
import { savePretrained } from '@embedllm/core/node';
import type { BankQuestion } from '@embedllm/pretrained';
import { fitQuestionEffects } from '@embedllm/router/learning';
import { type Engine, trainDirect } from '@embedllm/trainer';

/** What a pool is trained of: all questions that have a split, and all models. */
export interface PoolRecords {
  readonly artifact: Artifact;
  readonly bank: readonly BankQuestion[];
  readonly embeddings: Matrix;
  readonly coverage: Float32Array;
  readonly categories: readonly string[];
  readonly correctness: CorrectnessMatrix;
  readonly split: { readonly train: readonly number[]; readonly validation: readonly number[] };
  /** Position of each question of the bank. */
  readonly bankOf: readonly number[];
  readonly engine: Engine;
}

/**
 * A copy of `@embedllm/pretrained` in a folder whose artifact and bank of ZeroEval know the models of
 * the pool alone, so that those who are to join are new to it.
 */
export async function pretrainedWithout(
  folder: string,
  pool: readonly number[],
  records: PoolRecords,
): Promise<void> {
  const { artifact, bank, embeddings, coverage, categories, correctness, split, bankOf } = records;
  const own = dirname(dirname(fileURLToPath(import.meta.resolve('@embedllm/pretrained'))));
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const part of ['dist', 'data', 'package.json']) {
    await cp(join(own, part), join(folder, part), { recursive: true });
  }
  await symlink(join(own, 'node_modules'), join(folder, 'node_modules'));
  const part = (indices: readonly number[]) => ({
    embeddings: embeddings.selectRows(indices),
    correctness: correctness.selectQuestions(indices).selectModels(pool),
    coverage: Float32Array.from(indices, (q) => coverage[q] ?? 0),
  });
  const [train, validation] = [part(split.train), part(split.validation)];
  const { model } = await trainDirect({ train, validation, engine: records.engine });
  const familiarity = fitFamiliarity({
    ...{ model, train: train.embeddings, heldOut: validation },
    categories: split.train.map((q) => categories[q] ?? ''),
  });
  const { effects } = fitQuestionEffects({ model, ...part(bankOf) });
  const data = join(folder, 'data', 'zeroeval');
  await rm(data, { recursive: true });
  const { calibration: _, modelCard: __, ...kept } = artifact;
  await savePretrained(data, {
    ...kept,
    ...{ model, models: pool.map((m) => ({ name: correctness.models[m] ?? '' })), metrics: {} },
    familiarity: familiarity.record,
  });
  await rm(join(data, 'encoder'), { recursive: true, force: true });
  const lines = bank.map((question, index) =>
    JSON.stringify({ ...question, effect: effects[index] }),
  );
  await writeFile(join(data, 'questions.jsonl'), `${lines.join('\n')}\n`);
}
