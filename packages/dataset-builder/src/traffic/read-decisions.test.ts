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

  it('has decisions that nobody judged', async () => {
    expect((await read(decision))[0]?.outcome).toBeUndefined();
  });

  it.each([
    [[{ ...decision, propensity: 0 }], /row 1.+propensity.+above 0/],
    [[decision, { ...said, outcome: 3 }], /row 2.+outcome.+from 0 to 1, but is 3/],
    [[{ ...decision, candidates: [{ model: 'a' }] }], /candidates\[0\]\.probability.+missing/],
    [[{ ...decision, candidates: {} }], /candidates.+must be a list/],
    [[{ question: 'Why?' }], /has no decisions/],
  ])('names what is wrong', async (lines, message) => {
    await expect(read(...lines)).rejects.toThrow(message);
  });
});
