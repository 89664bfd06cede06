import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../../test/temporary-directory.js';
import { readDecisions } from './read-decisions.js';

const root = temporaryDirectory();
async function read(...lines: unknown[]) {
  const file = join(root, 'decisions.jsonl');
  await writeFile(file, lines.map((line) => JSON.stringify(line)).join('\n'));
  return await readDecisions(file);
}
const decision = {
  ...{ id: 'r1', model: 'a', chosen: 'a', prompt_id: 'p', prompt: 'Why?', outcome: null },
  ...{ propensity: 0.9, costUsd: 0.01, status: 200 },
  candidates: [
    { model: 'a', probability: 0.8, expectedCostUsd: 0.02 },
    { model: 'b', probability: 0.5 },
  ],
};
const said = { id: 'r1', model: 'a', prompt_id: 'p', client: 'k', source: 'app', outcome: 0 };

describe('a log of decisions', () => {
  it('has each decision with the last word of each source', async () => {
    const judged = { ...said, source: 'judge', outcome: 0.5 };
    const found = await read(decision, said, { ...said, outcome: 1 }, judged, { span: 1 });
    expect(found).toMatchObject([
      { id: 'r1', chosen: 'a', propensity: 0.9, outcome: 0.75, candidates: decision.candidates },
    ]);
  });

  it('has the answer of a second model with its own outcome', async () => {
    const first = { ...decision, client: 'k', shadow: true };
    const second = {
      ...{ id: 'r1-shadow', shadowOf: 'r1', client: 'k', model: 'b', prompt_id: 'p' },
      ...{ outcome: null, status: 200, costUsd: 0.002, answer: 'Because.' },
      ...{ inputTokens: 7, outputTokens: 3 },
    };
    const other = { ...said, id: 'r1-shadow', model: 'b', outcome: 1 };
    const stray = { ...second, id: 'r9-shadow', shadowOf: 'r9' };
    const found = await read(first, second, other, said, stray);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ model: 'a', outcome: 0, isShadow: true });
    expect(found[0]?.second).toEqual({
      ...{ id: 'r1-shadow', model: 'b', answer: 'Because.', costUsd: 0.002, outcome: 1 },
      ...{
        isRepeatable: false,
        inputTokens: 7,
        outputTokens: 3,
        outcomes: { first: 0, second: 1 },
      },
    });
  });

  it('compares two answers by the sources that judged both', async () => {
    const ids = { id: 'r1-shadow', client: 'k', model: 'b', prompt_id: 'p' };
    const lines = [
      { ...decision, client: 'k' },
      { ...ids, shadowOf: 'r1', outcome: null },
      { ...said, source: 'person', outcome: 0 },
      { ...said, source: 'test', outcome: 1 },
      { ...ids, source: 'judge', outcome: 1 },
    ];
    expect((await read(...lines))[0]?.second).toMatchObject({ outcome: 1 });
    expect((await read(...lines))[0]?.second?.outcomes).toBeUndefined();
    const [found] = await read(...lines, { ...ids, source: 'test', outcome: 0.5 });
    expect(found).toMatchObject({
      outcome: 0.5,
      second: { outcome: 0.75, outcomes: { first: 1, second: 0.5 } },
    });
  });

  it.each<[boolean, object]>([
    [true, { promptOnly: true, finishReasons: ['stop'] }],
    [true, { promptOnly: true, finishReasons: ['end_turn'] }],
    [false, { promptOnly: true, finishReasons: ['length'] }],
    [false, { promptOnly: true, finishReasons: ['max_output_tokens'] }],
    [false, { promptOnly: true }],
    [false, { finishReasons: ['stop'] }],
  ])('says %s of whether asking again would ask a second model the same', async (is, more) => {
    const second = { ...said, id: 's', shadowOf: 'r1', model: 'b', outcome: null, answer: 'Yes.' };
    const [found] = await read({ ...decision, client: 'k' }, { ...second, client: 'k', ...more });
    expect(found?.second?.isRepeatable).toBe(is);
  });

  it('keeps decisions without a verdict', async () => {
    expect((await read(decision))[0]?.outcome).toBeUndefined();
  });

  it('keeps apart what was said of two answers with the same id', async () => {
    const again = { ...decision, model: 'b', chosen: 'b' };
    const found = await read(decision, said, again, { ...said, model: 'b', outcome: 1 });
    expect(found).toMatchObject([
      { model: 'a', outcome: 0 },
      { model: 'b', outcome: 1 },
    ]);
  });

  it('knows the answers of two keys with the same id apart', async () => {
    const own = { ...decision, client: 'k' };
    const other = { ...decision, client: 'other', model: 'b', chosen: 'b' };
    const found = await read(own, other, said, { ...said, client: 'admin', outcome: 1 });
    expect(found).toMatchObject([
      { model: 'a', outcome: 0 },
      { model: 'b', outcome: 1 },
    ]);
  });

  it('counts a line that stands there twice once', async () => {
    const dated = { ...decision, time: '2026-01-01T00:00:00Z' };
    expect(await read(said, dated, dated, { ...said, outcome: 1 })).toMatchObject([{ outcome: 1 }]);
  });

  it.each([
    [[{ ...decision, propensity: 0 }], /row 1.+propensity.+from 1e-12 to 1/],
    [[{ ...decision, propensity: 1e-300 }], /row 1.+propensity.+from 1e-12 to 1/],
    [[{ ...decision, costUsd: 1e308 }], /row 1.+costUsd.+from 0 to 1000000000/],
    [[decision, { ...decision, id: 5 }], /row 2.+id.+must be a string/],
    [[decision, { ...said, outcome: 3 }], /row 2.+outcome.+from 0 to 1, but is 3/],
    [[{ ...decision, candidates: [{ model: 'a' }] }], /candidates\[0\]\.probability.+missing/],
    [[{ ...decision, candidates: {} }], /candidates.+must be a list/],
    [[{ question: 'Why?' }], /has no decisions/],
  ])('names what is wrong', async (lines, message) => {
    await expect(read(...lines)).rejects.toThrow(message);
  });
});
