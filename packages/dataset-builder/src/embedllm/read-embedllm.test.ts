import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { EmbedLLMError, type Progress } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../../test/temporary-directory.js';
import { readEmbedLLM } from './read-embedllm.js';

const directory = temporaryDirectory();
let fileCount = 0;

async function file(content: string | Uint8Array, name = 'data.csv'): Promise<string> {
  const path = join(directory, `${fileCount++}-${name}`);
  await writeFile(path, content);
  return path;
}

const JOINED = [
  'prompt_id,model_id,category,label,prompt,model_name',
  '10,1,math,1,"One, or ""two""?\nSay.",beta',
  '10,0,math,0,"One, or ""two""?\nSay.",alpha',
  '9,0,law,1.0,Why?,alpha',
  '9,0,law,1,Why?,alpha',
  '',
].join('\n');

describe('joined files', () => {
  it('gives questions, models and labels, ordered by id as the published tensors are', async () => {
    const dataset = await readEmbedLLM({ responses: await file(JOINED) });
    expect(dataset.questions).toEqual([
      { id: '9', prompt: 'Why?', category: 'law' },
      { id: '10', prompt: 'One, or "two"?\nSay.', category: 'math' },
    ]);
    expect(dataset.models).toEqual([{ name: 'alpha' }, { name: 'beta' }]);
    expect(dataset.correctness.questions).toEqual(['9', '10']);
    expect(dataset.correctness.models).toEqual(['alpha', 'beta']);
    expect([...dataset.correctness.labels]).toEqual([1, 255, 0, 1]);
  });

  it('reports what it found', async () => {
    const responses = await file(JOINED);
    const { report } = await readEmbedLLM({ responses });
    expect(report).toEqual({
      files: [{ file: responses, rows: 4 }],
      rows: 4,
      duplicates: 1,
      notAsked: 0,
      questions: 2,
      models: 2,
      labels: 3,
      coverage: 0.75,
      categories: [
        { category: 'law', questions: 1, labels: 1, meanAccuracy: 1 },
        { category: 'math', questions: 1, labels: 2, meanAccuracy: 0.5 },
      ],
      modelIds: ['0', '1'],
      questionsWithoutPrompt: [],
      texts: [],
      questionsWithoutResponse: [],
      modelsWithoutResponse: [],
      unknownModelColumns: [],
    });
  });

  it('keeps the order of first appearance where ids are not all integers', async () => {
    const { questions, models } = await readEmbedLLM({
      responses: await file(
        'prompt_id,model_id,category,label,prompt,model_name\nb,m1,x,1,B,z\n01,m0,x,0,A,y\na,m1,x,0,C,z\n',
      ),
    });
    expect(questions.map(({ id }) => id)).toEqual(['b', '01', 'a']);
    expect(models.map(({ name }) => name)).toEqual(['z', 'y']);
  });

  it('reads columns in any order and ignores the unknown', async () => {
    const dataset = await readEmbedLLM({
      responses: await file(
        'x,model_name,label,prompt,category,model_id,prompt_id\n9,a,1,Q,c,0,7\n',
      ),
    });
    expect(dataset.questions).toEqual([{ id: '7', prompt: 'Q', category: 'c' }]);
    expect(dataset.correctness.get(0, 0)).toBe(1);
  });

  it('reads CRLF, a byte order mark, blank lines, a last line without newline, and gzip alike', async () => {
    const plain = await readEmbedLLM({ responses: await file(JOINED) });
    const variants = [
      `\ufeff${JOINED}`,
      JOINED.trimEnd(),
      `${JOINED}\n\n`,
      gzipSync(JOINED),
      Buffer.concat([gzipSync(JOINED.slice(0, 90)), gzipSync(JOINED.slice(90))]),
    ];
    for (const content of variants) {
      const read = await readEmbedLLM({ responses: await file(content) });
      expect(read.questions).toEqual(plain.questions);
      expect(read.correctness).toEqual(plain.correctness);
    }
    const windows = await readEmbedLLM({ responses: await file(JOINED.replaceAll('\n', '\r\n')) });
    expect(windows.questions[1]?.prompt).toBe('One, or "two"?\r\nSay.');
    expect(windows.correctness).toEqual(plain.correctness);
  });

  it('detects gzip by content, whatever the name', async () => {
    const { report } = await readEmbedLLM({ responses: await file(gzipSync(JOINED), 'a.txt') });
    expect(report.rows).toBe(4);
  });

  it('collects several files, counting labels that repeat as duplicates', async () => {
    const more =
      'prompt_id,model_id,category,label,prompt,model_name\n8,1,law,0,Who?,beta\n9,0,law,1,Why?,alpha\n';
    const { questions, report } = await readEmbedLLM({
      responses: [await file(JOINED), await file(more)],
    });
    expect(questions.map(({ id }) => id)).toEqual(['8', '9', '10']);
    expect([report.rows, report.duplicates, report.labels]).toEqual([6, 2, 4]);
  });

  it('keeps names that objects treat as special apart', async () => {
    const { models, questions } = await readEmbedLLM({
      responses: await file(
        'prompt_id,model_id,category,label,prompt,model_name\n__proto__,constructor,toString,1,valueOf,__proto__\n',
      ),
    });
    expect(models).toEqual([{ name: '__proto__' }]);
    expect(questions).toEqual([{ id: '__proto__', prompt: 'valueOf', category: 'toString' }]);
  });

  it('names questions without a prompt', async () => {
    const { report } = await readEmbedLLM({
      responses: await file('prompt_id,model_id,category,label,prompt,model_name\n5,0,c,1,,a\n'),
    });
    expect(report.questionsWithoutPrompt).toEqual(['5']);
  });
});

describe('questions, models and responses apart', () => {
  const QUESTIONS = 'prompt_id,category,prompt\n2,math,Two?\n1,math,One?\n3,law,Three?\n';
  const MODELS =
    'model_id,model_name,accuracy,family,parameters_billion,price_per_million_output_tokens_usd,metadata\n' +
    '1,beta,0.5,qwen,7,0.25,"{""licence"":""MIT""}"\n0,alpha,0.5,,,,\n2,gamma,0.5,llama,70.5,1e1,\n';
  const RESPONSES =
    'prompt_id,model_id,label,output_chars\n1,0,1,100\n2,0,0,\n2,1,1,30\n1,1,0,31\n1,1,0,31\n';

  it('keeps the order of the questions and models files, and what no response mentions', async () => {
    const { questions, models, correctness, report } = await readEmbedLLM({
      questions: await file(QUESTIONS),
      models: await file(MODELS),
      responses: await file(RESPONSES),
    });
    expect(questions.map(({ id }) => id)).toEqual(['2', '1', '3']);
    expect(models).toEqual([
      {
        name: 'beta',
        family: 'qwen',
        parametersBillion: 7,
        pricePerMillionOutputTokens: 0.25,
        metadata: { licence: 'MIT', meanOutputChars: 30.5 },
      },
      { name: 'alpha', metadata: { meanOutputChars: 100 } },
      { name: 'gamma', family: 'llama', parametersBillion: 70.5, pricePerMillionOutputTokens: 10 },
    ]);
    expect([...correctness.labels]).toEqual([1, 0, 255, 0, 1, 255, 255, 255, 255]);
    expect(report.modelIds).toEqual(['1', '0', '2']);
    expect(report.questionsWithoutResponse).toEqual(['3']);
    expect(report.modelsWithoutResponse).toEqual(['gamma']);
    expect(report.unknownModelColumns).toEqual([]);
    expect(report.categories.at(-1)).toEqual({
      category: 'law',
      questions: 1,
      labels: 0,
      meanAccuracy: undefined,
    });
  });
});

describe('long reads', () => {
  const rows = Array.from({ length: 40_000 }, (_, q) => `${q},0,c,1,A question about ${q}?,a\n`);
  const LONG = `prompt_id,model_id,category,label,prompt,model_name\n${rows.join('')}`;

  it('reports progress in bytes, up to the end', async () => {
    const seen: Progress[] = [];
    const responses = [await file(LONG), await file(gzipSync(LONG))];
    await readEmbedLLM({ responses, onProgress: (progress) => seen.push(progress) });
    expect(seen.length).toBeGreaterThan(5);
    for (const [index, { done, detail }] of seen.entries()) {
      expect(done).toBeGreaterThanOrEqual(seen[index - 1]?.done ?? 0);
      expect(responses).toContain(detail);
    }
    expect(new Set(seen.map(({ total }) => total)).size).toBe(1);
    const last = seen.at(-1);
    expect(last).toEqual({
      phase: 'read',
      done: last?.total,
      total: LONG.length + gzipSync(LONG).length,
      unit: 'bytes',
      detail: responses[1],
    });
  });

  it('stops when aborted, with the reason of the signal', async () => {
    const reason = new Error('enough');
    for (const content of [LONG, gzipSync(LONG, { level: 0 })]) {
      const controller = new AbortController();
      let calls = 0;
      const reading = readEmbedLLM({
        responses: await file(content),
        signal: controller.signal,
        onProgress() {
          if (++calls === 2) controller.abort(reason);
        },
      });
      await expect(reading).rejects.toBe(reason);
      expect(calls).toBe(2);
    }
  });

  it('does not start when aborted before', async () => {
    await expect(
      readEmbedLLM({ responses: 'nowhere.csv', signal: AbortSignal.abort('no') }),
    ).rejects.toBe('no');
  });

  it('passes on what onProgress throws', async () => {
    const problem = new Error('from the caller');
    const reading = readEmbedLLM({
      responses: await file(gzipSync(LONG)),
      onProgress() {
        throw problem;
      },
    });
    await expect(reading).rejects.toBe(problem);
  });

  it('refuses a record longer than maxRecordBytes, and a matrix larger than maxCells', async () => {
    const responses = await file(
      `prompt_id,model_id,category,label,prompt,model_name\n1,0,c,1,"${'x'.repeat(2000)}",a\n`,
    );
    await expect(readEmbedLLM({ responses, maxRecordBytes: 1000 })).rejects.toThrow(
      /row 2.*longer than 1000 bytes/,
    );
    await expect(readEmbedLLM({ responses: await file(LONG), maxCells: 100 })).rejects.toThrow(
      /row 102.*maxCells/,
    );
  });
});

describe('options', () => {
  it.each([
    { responses: [] },
    { responses: 'a.csv', maxRecordBytes: 0 },
    { responses: 'a.csv', maxRecordBytes: Number.NaN },
    { responses: 'a.csv', maxCells: -1 },
  ])('refuses %j', async (options) => {
    const error = await readEmbedLLM(options).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(EmbedLLMError);
    expect(error).toHaveProperty('code', 'invalid-argument');
  });
});

describe('columns of the models file', () => {
  const RESPONSES = 'prompt_id,model_id,category,label,prompt\n1,0,c,1,Why?\n';

  it('include input and output prices, lengths, latency, capabilities and regions', async () => {
    const { models } = await readEmbedLLM({
      responses: await file(RESPONSES),
      models: await file(
        'model_id,model_name,input_price,output_price,mean_output_tokens,context_length,latency_ms,capabilities,region\n' +
          '0,alpha,0.5,1.5,300,8000,700,tools vision,eu\n',
      ),
    });
    expect(models).toEqual([
      {
        name: 'alpha',
        pricePerMillionInputTokens: 0.5,
        pricePerMillionOutputTokens: 1.5,
        meanOutputTokens: 300,
        contextLength: 8000,
        latencyMs: 700,
        capabilities: ['tools', 'vision'],
        regions: ['eu'],
      },
    ]);
  });

  it('are listed in the report when unknown, except response counts', async () => {
    const { report } = await readEmbedLLM({
      responses: await file(RESPONSES),
      models: await file('model_id,model_name,responses,accuracy,cost,pirce\n0,alpha,1,1,3,4\n'),
    });
    expect(report.unknownModelColumns).toEqual(['cost', 'pirce']);
  });
});
