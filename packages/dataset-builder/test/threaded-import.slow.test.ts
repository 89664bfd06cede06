import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { importFile } from '../src/store/import-file.js';
import { LongCsvMerger, ReaderCodes } from '../src/store/long-csv-merger.js';
import { LongCsvReader } from '../src/store/long-csv-reader.js';
import type { ResponseAppender } from '../src/store/response-appender.js';
import { ScanGaveUp, scanInThreads } from '../src/store/scan-in-threads.js';
import { prepareSchema } from '../src/store/store-schema.js';
import { StoreSessions } from '../src/store/store-sessions.js';
import { temporaryDirectory } from './temporary-directory.js';

const root = temporaryDirectory();
const file = join(root, 'responses.csv');
const COLUMNS = ['prompt_id', 'model_id', 'category', 'label', 'prompt', 'model_name'];
const mapping = {
  question: 'prompt_id',
  model: 'model_name',
  score: 'label',
  category: 'category',
  prompt: 'prompt',
} as const;
const meaning = { columns: COLUMNS, mapping, modelKey: 'model_id' };

interface Response {
  readonly question: number;
  readonly model: number;
  readonly label: number;
}

function csv(rows: readonly Response[], promptOf: (question: number) => string): string {
  const lines = rows.map(({ question, model, label }) => {
    const prompt = `"${promptOf(question).replaceAll('"', '""')}"`;
    return `q${question},${model},c${question % 3},${label},${prompt},model-${model}`;
  });
  return `${[COLUMNS.join(','), ...lines].join('\n')}\n`;
}

/** All questions, models and responses in the order in which a merger hands them on. */
class Found {
  readonly questions: unknown[] = [];
  readonly responses: unknown[] = [];
  readonly merger: LongCsvMerger;

  constructor() {
    const add = (...response: number[]): unknown => this.responses.push(response);
    this.merger = new LongCsvMerger({ add } as unknown as ResponseAppender, (code, texts) => {
      this.questions.push([code, texts]);
    });
  }

  get all(): unknown {
    return [this.questions, this.merger.models(), this.responses];
  }
}

function readAtOnce(content: string): unknown {
  const found = new Found();
  const reader = new LongCsvReader(meaning);
  const scanner = reader.scanner(0);
  const bytes = Buffer.from(content);
  scanner.push(bytes, 0, bytes.length);
  scanner.finish();
  found.merger.add(reader.take(), new ReaderCodes());
  return found.all;
}

async function readInThreads(content: string, threads: number, parts: number): Promise<unknown> {
  writeFileSync(file, content);
  const found = new Found();
  let read = 0;
  await scanInThreads(
    { ...meaning, file, bytes: Buffer.byteLength(content) },
    { threads, parts, onBytes: (count) => (read += count) },
    (part, codes) => found.merger.add(part, codes),
  );
  expect(read).toBe(Buffer.byteLength(content));
  return found.all;
}

const prompt = (question: number): string =>
  `What, "exactly", is ${question}?\nA. yes\nB. ${'no '.repeat(question % 40)}\n`;
const responses = Array.from({ length: 1200 }, (_, n) => ({
  question: Math.floor(n / 6),
  model: n % 6,
  label: (n * 7) % 2,
}));
const byModel = responses.toSorted((a, b) => a.model - b.model || a.question - b.question);

describe('a long CSV file that threads scan', () => {
  it.each([
    ['question by question', responses],
    ['model by model', byModel],
  ])('reads as at once, %s, however it is divided', async (_, rows) => {
    const content = csv(rows, prompt);
    const expected = readAtOnce(content);
    for (const [threads, parts] of [
      [1, 2],
      [1, 40],
      [2, 7],
      [3, 31],
    ] as const) {
      expect(await readInThreads(content, threads, parts)).toEqual(expected);
    }
  });

  it('never reads wrongly where prompts look like records', async () => {
    const record = 'q0,0,c0,1,prompt,model-0\n';
    const line = fc.constantFrom(record, '"', '\n', 'text', ',,,,,\n', '\r\n');
    const texts = fc.array(line, { maxLength: 60 }).map((lines) => lines.join(''));
    let gaveUp = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(texts, { minLength: 8, maxLength: 12 }),
        fc.integer({ min: 2, max: 9 }),
        async (prompts, parts) => {
          const rows = responses.slice(0, 6 * prompts.length);
          const content = csv(rows, (question) => prompts[question] as string);
          const expected = readAtOnce(content);
          try {
            expect(await readInThreads(content, 2, parts)).toEqual(expected);
          } catch (error) {
            if (!(error instanceof ScanGaveUp)) throw error;
            gaveUp++;
          }
        },
      ),
      { numRuns: 10 },
    );
    expect(gaveUp).toBeLessThan(10);
  });

  it('gives up where there is no file, and stops when told to', async () => {
    const task = { ...meaning, file: join(root, 'missing.csv'), bytes: 1000 };
    const scan = (signal?: AbortSignal): Promise<void> =>
      scanInThreads(task, { threads: 2, parts: 4, signal, onBytes() {} }, () => {});
    await expect(scan()).rejects.toThrow(ScanGaveUp);
    await expect(scan(AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  });
});

describe('an import in threads', () => {
  const importWith = async (
    content: string,
    threads: number,
    onBytes: (bytes: number) => void = () => {},
  ): Promise<unknown[]> => {
    writeFileSync(file, content);
    const sessions = new StoreSessions(join(root, `${crypto.randomUUID()}.duckdb`), { threads });
    try {
      await sessions.run((session) => prepareSchema(session, 'store'));
      const imported = await importFile(sessions, {
        file,
        format: 'csv',
        mapping,
        modelKey: 'model_id',
        partBytes: 5000,
        options: { onProgress: ({ done }) => onBytes(done) },
      });
      const rows = await sessions.run((session) =>
        session.rows(
          `SELECT id, category, prompt, name, score FROM responses JOIN questions USING (question_id)
            JOIN models USING (model_id) ORDER BY question_id, model_id`,
        ),
      );
      return [imported, rows];
    } finally {
      sessions.close();
    }
  };

  it('gives what one thread gives, with progress to the end', async () => {
    const content = csv(byModel, prompt);
    let last = 0;
    const threaded = await importWith(content, 4, (bytes) => {
      expect(bytes).toBeGreaterThanOrEqual(last);
      last = bytes;
    });
    expect(last).toBe(Buffer.byteLength(content));
    expect(threaded).toEqual(await importWith(content, 1));
    expect(threaded[0]).toMatchObject({ rows: 1200, questions: 200, models: 6, duplicates: 0 });
  });

  it('leaves out what repeats, which the first pass finds', async () => {
    const content = csv([...responses, ...responses.slice(0, 10)], prompt);
    const threaded = await importWith(content, 4);
    expect(threaded).toEqual(await importWith(content, 1));
    expect(threaded[0]).toMatchObject({ rows: 1210, responses: 1200, duplicates: 10 });
  });

  it('leaves out what repeats where threads cannot tell where a record starts', async () => {
    const looksLikeRecords = 'q0,0,c0,1,prompt,model-0\n'.repeat(800);
    const rows = [...responses.slice(0, 12), ...responses.slice(0, 1)];
    const content = csv(rows, (question) => (question === 1 ? looksLikeRecords : prompt(question)));
    const threaded = await importWith(content, 4);
    expect(threaded).toEqual(await importWith(content, 1));
    expect(threaded[0]).toMatchObject({ rows: 13, responses: 12, duplicates: 1 });
  });

  it.each([
    [
      'a prompt that changes',
      /row 4802.*a different prompt/,
      (rows: string[]) => rows.push('q0,0,c0,1,other,model-0'),
    ],
    [
      'a category that changes',
      /a different category/,
      (rows: string[]) => rows.push('q0,0,c1,1,,model-0'),
    ],
    [
      'a label that is none',
      /row 4802.*score must be from 0 to 1/,
      (rows: string[]) => rows.push('q900,0,c0,2,,model-0'),
    ],
    [
      'a key with two names',
      /has a different name here/,
      (rows: string[]) => rows.push('q900,0,c0,1,,model-1'),
    ],
    ['too few fields', /row 4802/, (rows: string[]) => rows.push('q900,0,c0')],
    ['a quote that stays open', /quote/i, (rows: string[]) => rows.push('q900,0,c0,1,"open')],
  ])('refuses %s as one thread does', async (_, message, spoil) => {
    const rows = csv(byModel, prompt).trimEnd().split('\n');
    spoil(rows);
    const content = `${rows.join('\n')}\n`;
    const refused = await importWith(content, 1).catch((error: unknown) => error);
    expect(refused).toMatchObject({ message: expect.stringMatching(message), location: { file } });
    await expect(importWith(content, 4)).rejects.toEqual(refused);
    expect(readFileSync(file, 'utf8')).toBe(content);
  });
});
