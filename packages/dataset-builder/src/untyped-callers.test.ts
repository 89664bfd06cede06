import { EmbedLLMError } from '@embedllm/core';
import { expect, it } from 'vitest';
import * as collect from './collect.js';
import * as main from './index.js';
import { mappedColumns } from './store/table-mapping.js';

const { readAnswers, readEmbedLLM, readEvaluationFolder, readEvaluations, readHarnessLogs } = main;
const { readInspectLogs, readModelInfos, readQuestionSplit, readTables } = main;
const { readCollectRecords, readDecisions, readMarkedExamples, readQuestions } = collect;

const READERS: readonly ((...args: never[]) => unknown)[] = [
  ...[readAnswers, readEmbedLLM, readEvaluationFolder, readEvaluations, readHarnessLogs],
  ...[readInspectLogs, readModelInfos, readQuestionSplit, readTables],
  ...[readCollectRecords, readDecisions, readMarkedExamples, readQuestions],
];

it.each(READERS.map((read) => [read.name, read] as const))(
  '%s says what it expects of callers without types',
  async (_, read) => {
    for (const first of [undefined, null, 7, {}, [null], new Uint8Array(2), '/no/such/file']) {
      for (const rest of [[], [null], [{}]]) {
        const result = Promise.resolve().then(() => read(...([first, ...rest] as never[])));
        await expect(result).rejects.toBeInstanceOf(EmbedLLMError);
      }
    }
  },
);

it('names what a mapping of columns lacks', () => {
  expect(() => mappedColumns(null as never)).toThrow('`mapping` must be an object, but is null.');
  expect(() => mappedColumns({ question: 'q', model: 'm', correct: 's' } as never)).toThrow(
    '`mapping.score` must be a string, but is undefined.',
  );
});

it('names the argument', async () => {
  await expect(readTables(null as never)).rejects.toThrow(
    '`files` must be a path or a list of paths',
  );
  await expect(readHarnessLogs({} as never)).rejects.toThrow('`source` must be a path or a list');
  await expect(readAnswers('x', null as never)).rejects.toThrow('`options` must be an object');
  await expect(readEmbedLLM({} as never)).rejects.toThrow('`responses` must be a path or a list');
});
