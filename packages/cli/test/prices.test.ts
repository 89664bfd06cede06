import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { embedllm, scratchFolder } from './command-line.js';

const folder = scratchFolder();

const PRICES =
  'model,input_price,output_price,mean_output_tokens,capabilities,regions,latency_ms,vendor\n' +
  'large,2.5,10,400,tools;vision,us,2000,Acme\n' +
  'small,0.15,0.6,300,tools,eu,400,Acme\n' +
  'absent,1,1,1,,,,\n';

beforeAll(async () => {
  const lines = ['prompt_id,model_id,category,label,prompt,model_name'];
  for (let q = 0; q < 60; q++) {
    const prompt = `How many ${['apples', 'rivers', 'laws'][q % 3]} are there in case ${q}?`;
    lines.push(`${q},0,all,${q % 5 === 0 ? 0 : 1},${prompt},large`);
    lines.push(`${q},1,all,${q % 3 === 0 ? 0 : 1},${prompt},small`);
  }
  await writeFile(join(folder, 'answers.csv'), `${lines.join('\n')}\n`);
  await writeFile(join(folder, 'prices.csv'), PRICES);
  await ok('build', 'answers.csv');
  await ok('train', '--dimensions', '4');
});

/** Runs a command that must succeed. */
async function ok(...argv: string[]) {
  const outcome = await embedllm(folder, argv);
  expect(outcome).toMatchObject({ code: 0 });
  return outcome;
}

async function json(...argv: string[]): Promise<ReturnType<typeof JSON.parse>> {
  return JSON.parse((await ok(...argv, '--json')).stdout);
}

const QUESTION = 'How many rivers are there?';

describe('--prices', () => {
  it('lets route meet constraints that the artifact says nothing of', async () => {
    const list = ['--prices', 'prices.csv'];
    const named = async (...argv: string[]): Promise<string> =>
      (await json('route', ...list, ...argv, QUESTION)).model.name;
    expect(await named('--capability', 'vision')).toBe('large');
    expect(await named('--region', 'eu')).toBe('small');
    expect(await named('--max-latency', '500')).toBe('small');
    expect(await named('--policy', 'cheapest-above', '--floor', '0.1')).toBe('small');
  });

  it.each([
    ['--capability', 'vision', '--capability needs to know capabilities', 'capabilities'],
    ['--region', 'eu', '--region needs to know regions', 'regions'],
    ['--max-latency', '500', '--max-latency needs to know latencies', 'latency_ms'],
    ['--max-cost', '0.1', '--max-cost needs to know prices', 'output_price'],
    ['--policy=utility', '--lambda=5', '--policy utility needs to know prices', 'output_price'],
    ['--policy=cheapest-above', '--floor=0', '--policy cheapest-above needs', 'output_price'],
  ])('is what %s %s asks for where no model has it', async (flag, value, message, column) => {
    const { code, stdout, stderr } = await embedllm(folder, ['route', flag, value, QUESTION]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).toContain(`large, small. Pass`);
    expect(stderr).toContain(`--prices (column ${column})`);
  });

  it('is asked for in a warning where some models to choose from lack a fact', async () => {
    await writeFile(join(folder, 'half.csv'), 'model,output_price,output_tokens\nsmall,1,100\n');
    const cheapest = ['--prices', 'half.csv', '--policy', 'cheapest-above', '--floor', '0.1'];
    const { stdout, stderr } = await ok('route', ...cheapest, QUESTION);
    expect(stderr).toMatch(
      /cheapest-above: No prices of large, which come last\. Pass prices with/,
    );
    expect(stdout).toContain('Ranked last because their cost is unknown: large.');
    expect((await ok('route', ...cheapest, '--deny', 'large', QUESTION)).stderr).not.toContain(
      'No prices',
    );
    const capped = await ok('route', '--prices', 'half.csv', '--max-cost', '1', QUESTION);
    expect(capped.stderr).toContain('No answer lengths of large, which are never chosen.');
    await ok('route', '--policy', 'utility', '--lambda', '0', QUESTION);
  });

  it('names columns and models that are not known', async () => {
    const { stderr } = await ok('route', '--prices', 'prices.csv', QUESTION);
    expect(stderr).toMatch(/warning: prices\.csv: Unknown column of models ignored: "vendor"\./);
    expect(stderr).toContain('prices.csv: Ignored, not among the models: absent.');
  });

  it('keeps what it says in the artifact and in the dataset', async () => {
    const { warnings } = await json(
      ...['train', '--prices', 'prices.csv', '-o', 'priced', '--dimensions', '4'],
    );
    const codes = warnings.map(({ code }: { code: string }) => code);
    expect(codes).not.toContain('missing-prices');
    expect(codes).not.toContain('missing-answer-lengths');
    const decision = await json('route', '-a', 'priced', '--region', 'eu', QUESTION);
    expect(decision.model).toMatchObject({ name: 'small', latencyMs: 400 });

    await ok('build', 'answers.csv', '--prices', 'prices.csv', '-o', 'priced-data');
    const table = await readFile(join(folder, 'priced-data/models.csv'), 'utf8');
    expect(table).toContain('mean_output_tokens');
    expect(table).toMatch(/,large,.*10/);
  });

  it('gives evaluate the expected cost of routing', async () => {
    const { costs } = await json('evaluate', '--prices', 'prices.csv');
    // 400 output tokens at $10 per million, 300 at $0.60, and some for the question.
    expect(costs.singleBestUsd).toBeGreaterThan(4);
    expect(costs.artifactUsd).toBeLessThanOrEqual(costs.singleBestUsd);
    expect((await ok('evaluate', '--prices', 'prices.csv')).stdout).toContain(
      'Expected cost of 1,000 questions: $',
    );
    expect(await json('evaluate')).not.toHaveProperty('costs');
  });

  it('prices the models of a report', async () => {
    const quick = ['--splits', '0', '--held-out', '0'];
    const report = await json('report', ...quick, '--prices', 'prices.csv');
    expect(report.costQuality.available).toBe(true);
    expect((await json('report', ...quick)).costQuality.available).toBe(false);
  });

  it('refuses a list of other models, a missing file and a store', async () => {
    await writeFile(join(folder, 'foreign.csv'), 'model,output_price\nx,1\n');
    const foreign = await embedllm(folder, ['route', '--prices', 'foreign.csv', QUESTION]);
    expect(foreign.code).toBe(3);
    expect(foreign.stderr).toMatch(
      /foreign\.csv.* names none of the models\. It lists x; the models are/,
    );
    const missing = await embedllm(folder, ['train', '--prices', 'none.csv', '-o', 'unwritten']);
    expect(missing).toMatchObject({ code: 3, stderr: expect.stringContaining('none.csv') });
    const argv = ['build', 'answers.csv', '--prices', 'prices.csv', '-o', 'x.duckdb'];
    expect((await embedllm(folder, argv)).stderr).toMatch(/A store cannot hold --prices/);
  });
});

describe('models.csv', () => {
  it('has its unknown columns named', async () => {
    await ok('build', 'answers.csv', '-o', 'annotated');
    const file = join(folder, 'annotated/models.csv');
    const [header = '', ...rows] = (await readFile(file, 'utf8')).trim().split('\n');
    await writeFile(file, [`${header},vendor`, ...rows.map((row) => `${row},Acme`), ''].join('\n'));
    const { stderr } = await ok('train', '-d', 'annotated', '-o', 'annotated-artifact');
    expect(stderr).toMatch(/annotated\/models\.csv: Unknown column of models ignored: "vendor"/);
  });
});

describe('add-model', () => {
  it('takes what routes by capability, region and latency need', async () => {
    const lines = Array.from({ length: 20 }, (_, index) => `${index},1`);
    await writeFile(join(folder, 'new.csv'), ['prompt_id,label', ...lines, ''].join('\n'));
    const { model } = await json(
      ...['add-model', '--name', 'new', '--answers', 'new.csv', '-o', 'grown'],
      ...['--capabilities', 'tools,audio', '--regions', 'eu', '--latency', '300'],
      ...['--context-length', '8000'],
    );
    expect(model).toEqual({
      name: 'new',
      capabilities: ['tools', 'audio'],
      regions: ['eu'],
      latencyMs: 300,
      contextLength: 8000,
    });
    const constraints = ['--capability', 'audio', '--region', 'eu', '--max-latency', '300'];
    const decision = await json('route', '-a', 'grown', ...constraints, QUESTION);
    expect(decision.model.name).toBe('new');
  });
});
