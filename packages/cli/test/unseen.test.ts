import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fromPretrained, savePretrained } from '@embedllm/core/node';
import { beforeAll, expect, it } from 'vitest';
import { embedllm, embedllmJson, scratchFolder, writeSmallPool } from './command-line.js';

const SETTINGS = ['--dimensions', '16', '--ridges', '1', '--ranks', '2', '--poolings', '0.5'];
const folder = scratchFolder();

beforeAll(async () => {
  await writeSmallPool(join(folder, 'raw'));
  await json('build', 'raw');
});

const json = (...argv: string[]) => embedllmJson(folder, argv);

it('train says what routing does on unseen kinds of question, and guards the router by it', async () => {
  const { unseen } = await json('train', ...SETTINGS);
  expect(unseen.categories.length).toBeGreaterThan(1);
  expect(unseen.guarded).toBeGreaterThanOrEqual(unseen.singleBest);
  const { familiarity, metrics } = await fromPretrained(join(folder, 'artifact'));
  expect(familiarity?.guard).toEqual(unseen.guard);
  expect(familiarity?.fallback).toEqual(unseen.fallback);
  expect(metrics).toMatchObject({
    'unseen.routingAccuracy': unseen.guarded,
    'unseen.unguarded.routingAccuracy': unseen.routing,
    'unseen.single-best.routingAccuracy': unseen.singleBest,
  });
  const card = await readFile(join(folder, 'artifact/README.md'), 'utf8');
  expect(card).toMatch(/On kinds of question that were left out of training, routing was right on/);
  const { stdout } = await embedllm(folder, ['train', '-o', 'again', ...SETTINGS]);
  expect(stdout).toMatch(/On kinds of questions it has never seen \(\d+ categories left out, in/);
});

it('evaluate measures what the guard makes of routing', async () => {
  const artifact = await fromPretrained(join(folder, 'artifact'));
  const { familiarity } = artifact;
  if (!familiarity) throw new Error('The artifact has no familiarity.');
  // Everything goes to the single best model.
  const guard = { below: 0, margin: 1 };
  const guarded = { ...artifact, familiarity: { ...familiarity, guard } };
  await savePretrained(join(folder, 'guarded'), guarded);
  const { routing } = await json('evaluate', '-a', 'guarded');
  expect(routing.artifact.accuracy).toBe(routing.singleBest.accuracy);
  expect(routing.artifact.lessSingleBest.mean).toBe(0);
});

it('train leaves this out when it is told to', async () => {
  const skipped = await json('train', '--no-unseen', '-o', 'skipped', ...SETTINGS);
  expect(skipped.unseen).toBeUndefined();
  const { familiarity } = await fromPretrained(join(folder, 'skipped'));
  expect(familiarity).toBeDefined();
  expect(familiarity?.guard).toBeUndefined();
});
