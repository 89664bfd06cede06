import { EmbedLLMError } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { createTypeScriptEngine } from '../engines/typescript-engine.js';
import type { LabelledSet } from './labelled-set.js';
import { randomProblem } from './random-problem.fixture.js';
import { createLocalShard, type Shard } from './shard.js';
import { trainDirect } from './train-direct.js';

const engine = createTypeScriptEngine();
const train = randomProblem({ seed: 3, questions: 160, models: 5, dimensions: 6 });
const settings = { engine, ridges: [1], poolings: [0.5], ranks: [3] };

/** Four equal parts. */
function cut({ embeddings, correctness }: LabelledSet): Shard[] {
  return [0, 40, 80, 120].map((first) => {
    const rows = Array.from({ length: 40 }, (_, offset) => first + offset);
    return createLocalShard({
      embeddings: embeddings.selectRows(rows),
      correctness: correctness.selectQuestions(rows),
      engine,
    });
  });
}

/** Shards whose gradients are given when all that are awaited are at work, the last one first. */
function meeting(shards: readonly Shard[], size: number): { shards: Shard[]; most: () => number } {
  let waiting: (() => void)[] = [];
  let most = 0;
  const wrapped = shards.map((shard) => ({
    ...shard,
    async gradient(...given: Parameters<Shard['gradient']>) {
      const part = await shard.gradient(...given);
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        most = Math.max(most, waiting.length);
        if (waiting.length < size) return;
        const met = waiting;
        waiting = [];
        for (const go of met.reverse()) go();
      });
      return part;
    },
  }));
  return { shards: wrapped, most: () => most };
}

/** What the solver did one shard after another: each waits for the one before. */
function inTurn(shards: readonly Shard[]): Shard[] {
  let last: Promise<unknown> = Promise.resolve();
  return shards.map((shard) => ({
    ...shard,
    gradient(...given: Parameters<Shard['gradient']>) {
      const mine = last.then(() => shard.gradient(...given));
      last = mine;
      return mine;
    },
  }));
}

function trainOn(shards: readonly Shard[], options: { concurrency?: number } = {}) {
  const { models } = train.correctness;
  return trainDirect({ train: { models, shards, fingerprint: 'x', ...options }, ...settings });
}

describe('a training on several shards', () => {
  it('has all shards at work at once, with the bits of one after another', async () => {
    const together = meeting(cut(train), 4);
    const { model } = await trainOn(together.shards);
    expect(together.most()).toBe(4);
    const alone = await trainOn(inTurn(cut(train)));
    expect(model).toEqual(alone.model);
    expect(model.projection.data).toEqual(alone.model.projection.data);
  });

  it('has no more at work than it may', async () => {
    const pairs = meeting(cut(train), 2);
    await trainOn(pairs.shards, { concurrency: 2 });
    expect(pairs.most()).toBe(2);
    await expect(trainOn(cut(train), { concurrency: 0 })).rejects.toThrow(/train\.concurrency/);
  });

  it('names a shard that fails and stops the others', async () => {
    const [first, second, third, fourth] = cut(train) as [Shard, Shard, Shard, Shard];
    const stopped: number[] = [];
    const waits = (index: number, shard: Shard): Shard => ({
      ...shard,
      gradient: (_, { signal } = {}) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => {
            stopped.push(index);
            reject(signal.reason);
          });
        }),
    });
    const cause = new EmbedLLMError('the disk is full', { code: 'io' });
    const broken: Shard = { ...third, gradient: () => Promise.reject(cause) };
    const failure = trainOn([waits(0, first), waits(1, second), broken, waits(3, fourth)]);
    await expect(failure).rejects.toThrow('Shard 3 of 4 failed: the disk is full');
    await expect(failure).rejects.toMatchObject({ code: 'io', cause });
    expect(stopped).toEqual([0, 1, 3]);
  });

  it('starts no further shard after one has failed', async () => {
    let started = 0;
    const shards = cut(train).map((shard) => ({
      ...shard,
      moments: async () => {
        started++;
        throw new Error('not there');
      },
    }));
    await expect(trainOn(shards, { concurrency: 1 })).rejects.toThrow(/Shard 1 of 4.*not there/);
    expect(started).toBe(1);
  });
});
