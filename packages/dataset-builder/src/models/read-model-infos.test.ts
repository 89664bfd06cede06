import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataError } from '@embedllm/core';
import { afterAll, describe, expect, it } from 'vitest';
import { joinModelInfos, readModelInfos } from './read-model-infos.js';

const root = mkdtempSync(join(tmpdir(), 'model-infos-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function read(name: string, text: string) {
  const file = join(root, name);
  await writeFile(file, text);
  return readModelInfos(file);
}

const expected = [
  {
    name: 'a',
    pricePerMillionInputTokens: 0.15,
    pricePerMillionOutputTokens: 0.6,
    contextLength: 128_000,
    latencyMs: 900,
    capabilities: ['tools', 'vision'],
    regions: ['eu'],
  },
  { name: 'b', pricePerMillionOutputTokens: 15 },
];

describe('readModelInfos', () => {
  it('reads a CSV file with short names of columns', async () => {
    const found = await read(
      'short.csv',
      'model,input_price,output_price,capabilities,context_length,latency,region,vendor\n' +
        'a,0.15,.6,tools;vision,128000,900,eu,Acme\nb,,15,,,,,\n',
    );
    expect(found).toEqual({ models: expected, unknownColumns: ['vendor'] });
  });

  it('reads the names of fields and of tables, in any case', async () => {
    const found = await read(
      'long.csv',
      'Model Name,pricePerMillionInputTokens,price_per_million_output_tokens_usd,Capabilities,contextLength,latencyMs,regions\n' +
        'a,0.15,0.6,"[""tools"", ""vision""]",128000,900,eu\nb,,15,,,,\n',
    );
    expect(found).toEqual({ models: expected, unknownColumns: [] });
  });

  it.each([
    ['semicolons', ';'],
    ['tabs', '\t'],
  ])('reads %s between fields', async (_, separator) => {
    const rows = [
      [
        'model',
        'input_price',
        'output_price',
        'capabilities',
        'context_length',
        'latency',
        'region',
      ],
      ['a', '0.15', '0.6', 'tools, vision', '128000', '900', 'eu'],
      ['b', '', '15', '', '', '', ''],
    ];
    const text = rows.map((row) => `${row.join(separator)}\n`).join('');
    expect((await read('separated.csv', text)).models).toEqual(expected);
  });

  it('reads JSON, as a list or by name', async () => {
    expect((await read('list.json', JSON.stringify(expected))).models).toEqual(expected);
    const byName = Object.fromEntries(expected.map(({ name, ...facts }) => [name, facts]));
    expect((await read('object.json', JSON.stringify(byName))).models).toEqual(expected);
  });

  it.each<[string, string, string, RegExp]>([
    [
      'no column of names',
      'a.csv',
      'llm,output_price\nx,1\n',
      /field model: the column is missing/,
    ],
    [
      'no column that describes models',
      'b.csv',
      'model,vendor\nx,Acme\n',
      /no column that describes models.*output_price/,
    ],
    [
      'a price that is none',
      'c.csv',
      'model,output_price\nx,$3\n',
      /row 2, field output_price: must/,
    ],
    ['a model twice', 'd.csv', 'model,output_price\nx,1\nx,2\n', /row 3.*"x" is listed twice/],
    ['two columns for one thing', 'e.csv', 'model,output_price,outputPrice\nx,1,2\n', /same as/],
    [
      'a list in broken JSON',
      'f.csv',
      'model,regions\nx,[eu\n',
      /field regions: is not valid JSON/,
    ],
    ['JSON of something else', 'g.json', '3', /must be a list of objects/],
    ['broken JSON', 'h.json', '[{', /is not valid JSON/],
    ['prices by name alone', 'i.json', '{"x": 3}', /must be a list of objects/],
  ])('refuses %s', async (_, name, text, message) => {
    await expect(read(name, text)).rejects.toThrow(DataError);
    await expect(read(name, text)).rejects.toThrow(message);
  });

  it('names a missing file', async () => {
    for (const name of ['none.csv', 'none.json']) {
      await expect(readModelInfos(join(root, name))).rejects.toMatchObject({ code: 'io' });
    }
  });
});

describe('joinModelInfos', () => {
  it('adds what the list says, keeps the rest, and names what is not in the pool', () => {
    const pool = [{ name: 'a', family: 'x', metadata: { meanOutputChars: 4 } }, { name: 'c' }];
    const list = [{ name: 'a', latencyMs: 5, metadata: { seen: true } }, { name: 'b' }];
    expect(joinModelInfos(pool, list)).toEqual({
      models: [
        { name: 'a', family: 'x', latencyMs: 5, metadata: { meanOutputChars: 4, seen: true } },
        { name: 'c' },
      ],
      unused: ['b'],
    });
  });
});
