import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fromPretrained } from '@embedllm/core/node';
import type { LearningState } from '@embedllm/router/learning';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  embedllm,
  embedllmJson,
  type Outcome,
  scratchFolder,
  writeSmallPool,
} from './command-line.js';

const folder = scratchFolder();

beforeAll(async () => {
  await writeSmallPool(join(folder, 'raw'));
});

const json = (...argv: string[]) => embedllmJson(folder, argv);

/** What an artifact holds of learning. */
async function learningOf(artifact: string): Promise<LearningState> {
  const { learning } = await fromPretrained(join(folder, artifact));
  return JSON.parse(JSON.stringify(learning));
}

/** Marked answers to the questions with the ids 0, 1, ..., two of three correct. */
function answersCsv(count: number): string {
  const lines = Array.from({ length: count }, (_, index) => `${index},${index % 3 === 0 ? 0 : 1}`);
  return ['prompt_id,label', ...lines, ''].join('\n');
}

// Each test resumes from what the ones before it wrote.
describe('from evaluation records to a router', () => {
  it('builds a dataset that is checked and split', async () => {
    const summary = await json('build', 'raw');
    expect(summary).toMatchObject({ output: 'dataset', questions: 240, models: 8, duplicates: 0 });
    expect(summary.split).toEqual({ train: 192, validation: 24, test: 24 });
    expect(summary.categories).toHaveLength(10);
  });

  it('encodes the questions', async () => {
    const { encoder, questions } = await json('encode', '--dimensions', '48');
    expect(questions).toBe(240);
    expect(encoder).toMatchObject({ id: 'lsa', dimensions: 48 });
  });

  it('trains on these vectors', async () => {
    const trained = await embedllm(folder, [
      'train',
      '--ranks',
      '0,2',
      '--calibrate',
      'temperature',
    ]);
    expect(trained.stderr).toContain('Using the vectors in dataset/embeddings.safetensors');
    expect(trained.stdout).toMatch(/Trained 8 models on 192 questions .* direct solver/);
    expect(trained.stdout).toMatch(/^validation .*\n^test /m);
  });

  it('evaluates the artifact, and fails a check that does not hold', async () => {
    const { metrics, routing, checks, categories } = await json(
      'evaluate',
      '--by-category',
      '--require',
      'auroc>=0.5',
    );
    const config = JSON.parse(await readFile(join(folder, 'artifact/config.json'), 'utf8'));
    expect(config.metrics['test.logLoss']).toBe(metrics.logLoss);
    expect(routing.oracle).toBeGreaterThanOrEqual(metrics.routingAccuracy);
    expect(checks).toMatchObject([{ check: 'auroc>=0.5', verdict: 'pass' }]);
    expect(categories).toHaveLength(10);

    const vectors = await json('evaluate', '--embeddings', 'dataset/embeddings.safetensors');
    expect(vectors.metrics.logLoss).toBeCloseTo(metrics.logLoss, 6);

    const failed = await embedllm(folder, ['evaluate', '--require', 'auroc>0.999']);
    expect(failed.code).toBe(1);
    expect(failed.stdout).toContain('fail: auroc>0.999');
  });

  it('compares with baselines', async () => {
    const { rows, seeds } = await json(
      'compare',
      '--splits',
      '3',
      '--resamples',
      '200',
      '--estimators',
      'direct,model-means,oracle',
    );
    expect(seeds).toEqual([0, 1, 2]);
    expect(rows.map(({ name }: { name: string }) => name)).toEqual([
      'direct',
      'model means',
      'oracle',
    ]);
    expect(rows[2].metrics.logLoss.mean).toBeLessThan(rows[0].metrics.logLoss.mean);
  });

  it('routes what is typed, and lines of standard input', async () => {
    const decision = await json('route', '--top', '8', 'What is 17 * 23?');
    expect(decision.candidates).toHaveLength(8);
    expect(decision.candidates[0].probability).toBe(decision.probability);

    const { model: best } = decision;
    const other = await json('route', '--deny', best.name, 'What is 17 * 23?');
    expect(other.model.name).toBe(decision.candidates[1].model.name);
    const cheap = await json('route', '--policy', 'cheapest-above', '--floor', '0', 'What?');
    expect(cheap.expectedCostUsd).toBeLessThan(decision.expectedCostUsd);

    const lines = ['{"id":"a","question":"What is 17 * 23?"}', '', '"Who wrote Faust?"'].join('\n');
    const { code, stdout } = await embedllm(
      folder,
      ['route', '--input', '-', '--input-format', 'jsonl', '--json'],
      { stdin: lines },
    );
    expect(code).toBe(0);
    const decisions = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(decisions).toHaveLength(2);
    expect(decisions[0]).toMatchObject({ id: 'a', model: { name: best.name } });
    expect(decisions[0].probability).toBeCloseTo(decision.probability, 6);
  });

  it.each([
    ['nothing', '', [], /standard input: There is no question: every line is empty/],
    ['empty lines', '\n \n', ['--input', '-'], /standard input: There is no question/],
    [
      'an empty question in JSON',
      '"Why?"\n{"question":" "}\n',
      ['--input-format', 'jsonl'],
      /standard input, row 2: The question is empty/,
    ],
  ])('says of %s that there is no question', async (_, stdin, flags, message) => {
    const { code, stdout, stderr } = await embedllm(folder, ['route', ...flags], { stdin });
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(message);
  });

  it('gives exit code 1 when no model meets the constraints', async () => {
    const { code, stderr } = await embedllm(folder, ['route', '--max-cost', '0', 'What?']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: .*\n$/);
  });

  it('adds a model from its answers', async () => {
    const suggested = await json('add-model', '--suggest', '5');
    expect(new Set(suggested.map(({ id }: { id: string }) => id)).size).toBe(5);
    await writeFile(join(folder, 'answers.csv'), answersCsv(60));
    const added = await json(
      ...['add-model', '--name', 'newcomer', '--answers', 'answers.csv'],
      ...['--output-price', '0.5', '--output', 'larger'],
    );
    expect(added).toMatchObject({ answers: 60, models: 9, output: 'larger' });
    expect(added.model).toEqual({ name: 'newcomer', pricePerMillionOutputTokens: 0.5 });
    expect(Math.abs(added.meanProbability - added.meanOutcome)).toBeLessThan(0.15);
    const decision = await json('route', '-a', 'larger', '--allow', 'newcomer', 'What is 2 + 2?');
    expect(decision.model.name).toBe('newcomer');
    // What is believed of it is kept, and a second model has the trained pool as prior, as it had.
    const first = await learningOf('larger');
    expect(Object.keys(first.beliefs)).toEqual(['newcomer']);
    await json('add-model', '-a', 'larger', '--name', 'second', '--answers', 'answers.csv');
    const both = await learningOf('larger');
    expect(both.prior).toEqual(first.prior);
    expect(both.beliefs.newcomer).toEqual(first.beliefs.newcomer);
    expect(both.beliefs.second).toEqual(first.beliefs.newcomer);
  });

  it('forecasts benchmarks, and is a gate', async () => {
    const { forecast, next } = await json(
      ...['forecast', '--answers', 'answers.csv', '--abilities', '1', '--next', '4'],
    );
    expect(forecast.benchmarks).toHaveLength(10);
    expect(new Set(next).size).toBe(4);
    const codes: number[] = [];
    for (const check of ['micro>=0.05', 'micro>=0.99', 'geography>=0.7']) {
      const argv = ['forecast', '--answers', 'answers.csv', '--abilities', '1', '--require', check];
      argv.push('--min-answers', '0');
      codes.push((await embedllm(folder, argv)).code);
    }
    expect(codes).toEqual([0, 1, 5]);
  });

  it('probes the embeddings and the answers', async () => {
    const { neighbours } = await json('probe', 'nearest', 'maple-4b', '--count', '3');
    expect(neighbours).toHaveLength(3);
    const map = await json('probe', 'map', '--output', 'map.svg');
    expect(map.points).toHaveLength(8);
    expect(await readFile(join(folder, 'map.svg'), 'utf8')).toMatch(
      /^<svg.*maple-4b.*<\/svg>\s*$/s,
    );
    const size = await json('probe', 'attribute', 'size', '--permutations', '19');
    expect(size).toMatchObject({ kind: 'numbers', models: 8 });
    const families = await json('probe', 'groups', '--permutations', '19');
    expect(families.models).toBe(8);
    const apart = await json('probe', 'separate', 'maple-4b', 'alder-240b', '--by', 'predicted');
    expect(apart.favourSecond).toHaveLength(5);
    expect(await json('probe', 'duplicates', '--count', '2')).toHaveLength(2);
  });

  it('says whether answers are of the model that is claimed', async () => {
    const table = (await readFile(join(folder, 'raw/responses.csv'), 'utf8')).trim().split('\n');
    const own = table.slice(1).map((line) => line.split(','));
    const of = (model: string): string =>
      own
        .filter((fields) => fields[4] === model)
        .map((fields) => `${fields[0]},${fields[3]}\n`)
        .join('');
    await writeFile(join(folder, 'own.csv'), `prompt_id,label\n${of('maple-4b')}`);
    await writeFile(join(folder, 'other.csv'), `prompt_id,label\n${of('alder-240b')}`);
    const honest = await embedllm(folder, ['probe', 'verify', 'maple-4b', '--answers', 'own.csv']);
    expect(honest.code).toBe(0);
    const swapped = await embedllm(folder, [
      ...['probe', 'verify', 'maple-4b', '--answers', 'other.csv'],
    ]);
    expect(swapped.code).toBe(1);
    expect(swapped.stdout).toMatch(/^different: /);
  });

  it('probes by training', async () => {
    const { points } = await json('probe', 'dimensions', '--ranks', '0,1');
    expect(points.map(({ dimensions }: { dimensions: number }) => dimensions)).toEqual([0, 1]);
    const { pairs } = await json('probe', 'stability', '--runs', '2');
    expect(pairs).toHaveLength(1);
  });
});

describe('reporting', () => {
  it('writes one HTML file, and gives its content as JSON', async () => {
    const quick = ['report', '--splits', '0', '--held-out', '0', '--title', 'Eight models'];
    const content = await json(...quick, '--example', 'What is 17 * 23?', '--output', 'r.html');
    expect(content.title).toBe('Eight models');
    expect(content.evaluation.available).toBe(true);
    expect(content.comparison.available).toBe(false);
    const html = await readFile(join(folder, 'r.html'), 'utf8');
    expect(html).toMatch(/^<!doctype html>/i);
    expect(html).toContain('What is 17 * 23?');
  });
});

describe('serving', () => {
  let upstream: Server;
  beforeAll(async () => {
    upstream = createServer((request, response) => {
      request.resume();
      response.setHeader('content-type', 'application/json');
      const message = { role: 'assistant', content: '391' };
      const choices = [{ index: 0, message, finish_reason: 'stop' }];
      response.end(
        JSON.stringify({ id: 'x', object: 'chat.completion', created: 0, model: 'm', choices }),
      );
    });
    await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => new Promise((resolve) => upstream.close(resolve)));

  it('serves the artifact until it is stopped, then ends in order', async () => {
    const { port } = upstream.address() as AddressInfo;
    await writeFile(
      join(folder, 'gateway.yaml'),
      `artifact: artifact
server: { port: 0, drainMs: 0 }
upstreams:
  local: { baseURL: 'http://127.0.0.1:${port}/v1' }
models:
  maple-4b: { upstream: local }
  alder-240b: { upstream: local }
`,
    );
    const slip = ['--policy', 'preferring', '--prefer', 'nobody', '--margin', '0.1'];
    const wrong = await embedllm(folder, ['serve', 'gateway.yaml', '--check', ...slip]);
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('--prefer') });
    expect(await json('serve', 'gateway.yaml', '--check')).toMatchObject({
      models: ['maple-4b', 'alder-240b'],
      routed: ['maple-4b', 'alder-240b'],
    });
    const taken = `artifact: artifact
server: { host: 127.0.0.1, port: ${port} }
upstreams:
  local: { baseURL: 'http://127.0.0.1:${port}/v1' }
models:
  maple-4b: { upstream: local }
  mapel-4b: { upstream: local }
`;
    await writeFile(join(folder, 'taken.yaml'), taken);
    const check = await embedllm(folder, ['serve', 'taken.yaml', '--check']);
    expect(check.stdout).toMatch(/1 of them routed\.\nNot in the artifact, .*: mapel-4b\./);
    const problems = `${taken}routing: { aliases: { eu: { region: eu } } }
decisions: { file: absent/decisions.jsonl }
`;
    await writeFile(join(folder, 'problems.yaml'), problems);
    const refused = await embedllm(folder, ['serve', 'problems.yaml', '--check']);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(
      /Has 2 problems:\n- field routing\.aliases\.eu: .*regions unknown.*\n- field decisions\.file: /,
    );
    const second = await embedllm(folder, ['serve', 'taken.yaml']);
    expect(second.stderr).toMatch(/Cannot listen on 127\.0\.0\.1, port \d+: .*EADDRINUSE/);
    expect(second.code).toBe(3);
    const stop = new AbortController();
    let found: (url: string) => void = () => undefined;
    const serving = new Promise<string>((resolve) => {
      found = resolve;
    });
    const run: Promise<Outcome> = embedllm(folder, ['serve', 'gateway.yaml', '--json'], {
      signal: stop.signal,
      onOutput: (text) => found(JSON.parse(text).url),
    });
    const url = await serving;
    const answer = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        model: 'auto',
        messages: [{ role: 'user', content: 'What is 17 * 23?' }],
      }),
    });
    expect(answer.headers.get('x-embedllm-model')).toMatch(/^(maple-4b|alder-240b)$/);
    expect(await answer.json()).toMatchObject({ choices: [{ message: { content: '391' } }] });
    stop.abort('SIGTERM');
    expect((await run).code).toBe(0);
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  });
});
