import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { embedllm, scratchFolder } from './command-line.js';

const folder = scratchFolder();

interface Pool {
  readonly questions: number;
  readonly models: readonly string[];
  readonly label: (question: number, model: number) => number | undefined;
  readonly prompt?: (question: number) => string;
}

/** Neither depends on the question in any regular way. */
function noise(question: number, model: number): number {
  return Math.sin((question + 1) * 12.9898 + (model + 1) * 78.233) > 0 ? 1 : 0;
}

const THINGS = ['apples', 'rivers', 'primes', 'laws', 'verbs', 'cells', 'atoms'];

/** Writes a table of answers and builds a dataset of it. */
async function build(name: string, pool: Pool, ...more: string[]): Promise<void> {
  const { questions, models, label } = pool;
  const prompt =
    pool.prompt ??
    ((q: number) => `How many ${THINGS[q % 7]} and ${THINGS[(q * 3 + 1) % 7]} ${q}?`);
  const lines = ['prompt_id,model_id,category,label,prompt,model_name'];
  for (let q = 0; q < questions; q++) {
    models.forEach((model, m) => {
      const value = label(q, m);
      if (value === undefined) return;
      lines.push(`${q},${m},${q % 2 === 0 ? 'even' : 'odd'},${value},${prompt(q)},${model}`);
    });
  }
  await writeFile(join(folder, `${name}.csv`), `${lines.join('\n')}\n`);
  const built = await embedllm(folder, ['build', `${name}.csv`, '-o', name, ...more]);
  expect(built).toMatchObject({ code: 0 });
}

async function train(name: string, ...more: string[]) {
  const argv = ['train', '-d', name, '-o', `${name}-artifact`, '--dimensions', '8', ...more];
  const { code, stdout, stderr } = await embedllm(folder, [...argv, '--json']);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  const summary = JSON.parse(stdout);
  const codes: string[] = summary.warnings.map((warning: { code: string }) => warning.code);
  const messageOf = (wanted: string): string =>
    summary.warnings.find((warning: { code: string }) => warning.code === wanted)?.message;
  return { summary, stderr, codes, messageOf };
}

describe('what train says a training is worth', () => {
  it('prints baselines and the single best on validation, and keeps them in the artifact', async () => {
    await build('pool', { questions: 400, models: ['a', 'b', 'c'], label: noise });
    const { summary, codes, messageOf } = await train('pool');
    const { predictors, routing, logLossLessModelMeans } = summary.baselines;
    expect(predictors.map(({ name }: { name: string }) => name.replace(/\d+/, 'N'))).toEqual([
      'model means',
      'category means',
      'k-NN (k = N)',
    ]);
    expect(routing).toMatchObject({ questions: 40, singleBest: { candidates: 3 } });
    expect(routing.artifact.lessSingleBest.lower).toBeLessThan(0);
    expect(logLossLessModelMeans.questions).toBe(40);
    expect(codes).toContain('no-better-than-means');
    expect(messageOf('no-better-than-means')).toMatch(
      /^On 40 validation questions the fit is .* log loss .*\(95% interval /,
    );
    expect(codes).not.toContain('few-questions');
    expect(codes).not.toContain('coverage-gaps');

    const config = JSON.parse(await readFile(join(folder, 'pool-artifact/config.json'), 'utf8'));
    expect(config.training.warnings).toEqual(summary.warnings);
    expect(config.metrics['validation.single-best.routingAccuracy']).toBe(
      routing.singleBest.accuracy,
    );
    expect(config.metrics['validation.model-means.logLoss']).toBe(predictors[0].metrics.logLoss);
    const card = await readFile(join(folder, 'pool-artifact/README.md'), 'utf8');
    expect(card).toContain('- `no-better-than-means`: On 40 validation questions');

    const { stdout } = await embedllm(folder, ['train', '-d', 'pool', '-o', 'again']);
    expect(stdout).toMatch(
      /^validation, model means .*\nvalidation, category means .*\nvalidation, k-NN/m,
    );
    expect(stdout).toMatch(/Routing on validation:\n.*vs single best\nthis artifact /);
    expect(stdout).toMatch(
      /this artifact is (no better|worse|better) than the single best model on 40 /,
    );
  });

  it.each([
    [1, 'right'],
    [0, 'wrong'],
  ])('warns where all labels are %i', async (label, word) => {
    const name = `all-${label}`;
    await build(name, { questions: 60, models: ['a', 'b'], label: () => label });
    const { codes, messageOf, stderr } = await train(name);
    expect(codes[0]).toBe('constant-labels');
    expect(messageOf('constant-labels')).toContain(`every model is ${word} on every question`);
    expect(stderr).toContain(`warning: All training labels are ${label}`);
    const routed = await embedllm(folder, ['route', '-a', `${name}-artifact`, 'How many apples?']);
    expect(routed.code).toBe(0);
    expect(routed.stderr).toContain(`warning: All training labels are ${label}`);
  });

  it('names a model that is right on everything', async () => {
    const label = (q: number, m: number) => (m === 1 ? 1 : noise(q, m));
    await build('perfect', { questions: 60, models: ['a', 'perfect', 'c'], label });
    const { codes, messageOf } = await train('perfect');
    expect(codes).not.toContain('constant-labels');
    expect(messageOf('constant-models')).toMatch(/: perfect\. Its? |: perfect\. Their /);
  });

  it('warns of few questions by a stated rule, and shows the interval of routing', async () => {
    await build('few', { questions: 40, models: ['a', 'b'], label: noise });
    const { messageOf } = await train('few');
    expect(messageOf('few-questions')).toBe(
      "32 training questions are fewer than 100: a model's accuracy is known to within 17 points at best. " +
        '4 validation questions are fewer than 30: metrics on them are known to within 49 points at best.',
    );
    const { stdout } = await embedllm(folder, ['train', '-d', 'few', '-o', 'few-again']);
    expect(stdout).toMatch(/^validation .* [01]\.\d{4} \[[01]\.\d{3}, [01]\.\d{3}\]$/m);
    expect(stdout).toContain('4 validation questions');
  });

  it.each([
    [4, ['a', 'b']],
    [10, ['a', 'b']],
    [60, ['only']],
    [60, ['a', 'b']],
  ])('trains on %i questions of %j', async (questions, models) => {
    const name = `small-${questions}-${models.length}`;
    await build(name, { questions, models, label: noise });
    const { codes, messageOf } = await train(name);
    expect(codes).toContain('few-questions');
    expect(messageOf('single-model')?.includes('"only"')).toBe(models.length === 1 || undefined);
  });

  it('says what is missing where questions are too few to train on', async () => {
    await build('three', { questions: 3, models: ['a', 'b'], label: noise });
    const three = await embedllm(folder, ['train', '-d', 'three', '-o', 'three-artifact']);
    expect(three).toMatchObject({ code: 3 });
    expect(three.stderr).toMatch(
      /no two of the 1 training questions share one\. .*--encoder hashing/,
    );
    const other = ['train', '-d', 'three', '-o', 'three-artifact', '--encoder', 'hashing'];
    expect(await embedllm(folder, other)).toMatchObject({ code: 0 });

    await build('two', { questions: 2, models: ['a', 'b'], label: noise }, '--no-split');
    const two = await embedllm(folder, ['train', '-d', 'two', '-o', 'two-artifact']);
    expect(two.stderr).toContain('two: 2 questions cannot be split into training, validation and');
  });

  it('warns where models were asked different benchmarks', async () => {
    const label = (q: number, m: number) => (m === 0 && q % 2 === 1 ? undefined : noise(q, m));
    await build('gaps', { questions: 200, models: ['a', 'b', 'c'], label });
    const { messageOf } = await train('gaps');
    expect(messageOf('coverage-gaps')).toMatch(/: a lacks half or more of the category odd\./);
  });

  it('does not take answers that lack at random for gaps of benchmarks', async () => {
    const label = (q: number, m: number) => ((q + m) % 9 === 0 ? undefined : noise(q, m));
    await build('random-gaps', { questions: 200, models: ['a', 'b', 'c'], label });
    expect((await train('random-gaps')).codes).not.toContain('coverage-gaps');
  });

  it('calibrates only where cross-validation says that it helps, if it may choose', async () => {
    const { summary, codes } = await train('few', '--calibrate', 'auto');
    expect(['none', 'temperature', 'platt']).toContain(summary.calibration);
    expect(codes.includes('few-calibration-labels')).toBe(summary.calibration !== 'none');
  });

  it('warns of a calibration on few labels', async () => {
    const { messageOf } = await train('few', '--calibrate', 'isotonic');
    expect(messageOf('few-calibration-labels')).toMatch(
      /^isotonic calibration was fitted on 8 labels of 4 questions, .* below 1,000\.$/,
    );
    expect((await train('few')).codes).not.toContain('few-calibration-labels');
  });

  it('warns of questions without text', async () => {
    const prompt = (q: number) => (q % 4 === 0 ? '' : `How many ${THINGS[q % 7]} ${q}?`);
    await build('blank', { questions: 60, models: ['a', 'b'], label: noise, prompt });
    expect((await train('blank')).messageOf('questions-without-text')).toMatch(
      /^15 of 60 questions \(25\.0%\) have no text/,
    );
  });

  it('says which models lack prices and answer lengths', async () => {
    const { messageOf } = await train('few');
    expect(messageOf('missing-prices')).toMatch(/^None of the 2 models has an output price: /);
    expect(messageOf('missing-answer-lengths')).toMatch(
      /^None of the 2 models has an answer length/,
    );
  });
});
