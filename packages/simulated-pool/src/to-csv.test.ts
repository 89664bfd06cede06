import { createHash } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { simulateNoise, simulatePool, toCsv } from './index.js';

const pool = simulatePool({ seed: 0 });
const files = toCsv(pool);

function rows(name: string): Record<string, string>[] {
  return parse(files.get(name) ?? '', { columns: true });
}

describe('toCsv', () => {
  it('writes the four files', () => {
    expect([...files.keys()]).toEqual([
      'questions.csv',
      'responses.csv',
      'models.csv',
      'splits.csv',
    ]);
  });

  it('gives prompts with quotes, commas and line breaks back unchanged', () => {
    const read = rows('questions.csv');
    expect(read.map((row) => row.prompt)).toEqual(pool.dataset.questions.map((q) => q.prompt));
    expect(read.some((row) => row.prompt?.includes('"') && row.prompt.includes('\n'))).toBe(true);
  });

  it('gives every observed label back and no missing one', () => {
    const { correctness } = pool.dataset;
    const read = rows('responses.csv');
    expect(read).toHaveLength(correctness.countObserved());
    const changed = read.filter(
      (row) => Number(row.label) !== correctness.get(Number(row.prompt_id), Number(row.model_id)),
    );
    expect(changed).toEqual([]);
    expect(read[0]).toHaveProperty('model_name', 'alder-240b');
    expect(read.every((row) => Number(row.output_chars) >= 1)).toBe(true);
  });

  it('writes what is known of the models', () => {
    expect(rows('models.csv')[2]).toEqual({
      model_id: '2',
      model_name: 'cedar-22b-law',
      family: 'cedar',
      parameters_billion: '22',
      price_per_million_output_tokens_usd: '0.55',
      speciality: 'law',
    });
  });

  it('splits 80/10/10 within each benchmark', () => {
    const counts = new Map<string, number>();
    rows('splits.csv').forEach((row, index) => {
      const key = `${pool.dataset.questions[index]?.category} ${row.split}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    });
    expect(counts.size).toBe(30);
    for (const [key, count] of counts) expect(count, key).toBe(key.endsWith('train') ? 288 : 36);
  });

  // A change here changes the pool of every test that draws it: change it knowingly.
  it('is byte for byte what it was', () => {
    const hash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16);
    expect(Object.fromEntries([...files].map(([name, text]) => [name, hash(text)]))).toEqual({
      'questions.csv': '7dfeeccf4a33b1ac',
      'responses.csv': '07051b2cbdbd1074',
      'models.csv': '7465e49fffdd5b70',
      'splits.csv': 'b59850e53cf7592f',
    });
    const noise = toCsv(simulateNoise({ seed: 0, models: 6, questions: 100 }));
    expect(hash(noise.get('responses.csv') ?? '')).toBe('3cc2603b93d382c9');
  });
});
