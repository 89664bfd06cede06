import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { openEvaluationStore } from '../src/store.js';
import { temporaryDirectory } from './temporary-directory.js';

const root = temporaryDirectory();
const HEADER = 'prompt_id,model_id,category,label,prompt,model_name\n';
const QUESTIONS = 20_000;

it('a killed import leaves nothing of its file, all of the earlier ones, and can be run again', async () => {
  const [path, good, large] = ['s.duckdb', 'good.csv', 'large.csv'].map((n) => join(root, n));
  if (path === undefined || good === undefined || large === undefined) throw new Error();
  await writeFile(good, `${HEADER}g1,0,math,1,One?,alpha\n`);
  const records = Array.from({ length: QUESTIONS }, (_, q) =>
    [0, 1, 2]
      .map((m) => `q${q},${m},math,${(q + m) % 2},${'word '.repeat(40)}${q}?,model-${m}\n`)
      .join(''),
  );
  await writeFile(large, HEADER + records.join(''));

  for (const delay of [0, 40, 150]) {
    const child = spawn(
      process.execPath,
      [
        '--import',
        'tsx',
        fileURLToPath(new URL('./import-then-wait.ts', import.meta.url)),
        path,
        good,
        large,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let said = '';
    await new Promise<void>((resolve) => {
      child.stdout.on('data', (data: Buffer) => {
        said += data.toString();
        if (said.includes('importing')) resolve();
      });
      child.on('exit', () => resolve());
    });
    const opened = await openEvaluationStore(path).then(
      (other) => other.close(),
      (error: unknown) => error,
    );
    if (child.exitCode === null && !said.includes('done')) {
      expect(opened).toMatchObject({ message: expect.stringMatching(/open in another process/) });
    }
    await wait(delay);
    const exit = once(child, 'exit');
    if (child.exitCode === null) child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await exit;

    const store = await openEvaluationStore(path, { threads: 1 });
    const finished = said.includes('done');
    const [counts] = await store.query(
      `SELECT (SELECT count(*) FROM sources) AS sources, (SELECT count(*) FROM questions) AS questions,
        (SELECT count(*) FROM models) AS models, (SELECT count(*) FROM responses) AS responses`,
    );
    store.close();
    const whole = { sources: 2, questions: QUESTIONS + 1, models: 4, responses: 3 * QUESTIONS + 1 };
    const before = { sources: 1, questions: 1, models: 1, responses: 1 };
    // Killed between the commit and its message, the import is complete; never anything between.
    expect(finished ? [whole] : [before, whole]).toContainEqual(counts);
    if (finished) break;
  }

  const store = await openEvaluationStore(path, { threads: 1 });
  const imports = await store.importEmbedLLM({ responses: [good, large] });
  expect(imports[0]?.skipped).toBe(true);
  expect((await store.toDataset()).correctness.countObserved()).toBe(3 * QUESTIONS + 1);
  store.close();
});

it('a stopped import leaves nothing', async () => {
  const path = join(root, 'stopped.duckdb');
  const store = await openEvaluationStore(path, { threads: 1 });
  const controller = new AbortController();
  const stopped = store.importEmbedLLM({
    responses: join(root, 'large.csv'),
    signal: controller.signal,
    onProgress({ phase }) {
      if (phase === 'import') setTimeout(() => controller.abort(new Error('enough')), 5);
    },
  });
  await expect(stopped).rejects.toThrow('enough');
  expect(await store.sources()).toEqual([]);
  expect(await store.query('SELECT count(*) AS n FROM models')).toEqual([{ n: 0 }]);
  store.close();
});
