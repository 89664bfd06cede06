import type { DataError } from '@embedllm/core';
import type { ByteVocabulary } from '../csv/byte-vocabulary.js';
import { requireColumn } from '../csv/columns.js';
import { MalformedCsv } from '../csv/record-scanner.js';
import { type ScanFileOptions, scanFile } from '../csv/scan-file.js';
import { readHeader } from './csv-head.js';
import { explainCsv } from './explain-csv.js';
import { type LongCsvColumns, LongCsvReader, ProblemFound } from './long-csv-reader.js';
import { ResponseAppender } from './response-appender.js';
import type { Problem, StagingSource } from './staging.js';
import type { StoreSession } from './store-session.js';
import { mappedColumns } from './table-mapping.js';

/** How a long CSV file is read. */
export interface LongCsvStaging extends LongCsvColumns, ScanFileOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * Stages a long CSV file in one pass over its bytes. Ids become numbers as they are read, and each
 * question's texts go to the database once; a row that repeats them costs comparing them.
 */
export async function stageLongCsv(file: string, staging: LongCsvStaging): Promise<StagingSource> {
  const header = await readHeader(file);
  for (const name of mappedColumns(staging.mapping)) requireColumn(header, name);
  if (staging.modelKey !== undefined) requireColumn(header, staging.modelKey);
  const explain = (problem: Problem): Promise<DataError> => explainCsv(file, staging, problem);
  return {
    coded: true,
    explain,
    stage: (session) =>
      session.append('staged_codes', (responses) =>
        session.append('staged_questions', async (questions) => {
          const appender = await ResponseAppender.on(responses);
          const reader = new LongCsvReader(header, staging, questions, appender);
          try {
            await scanFile(file, reader.scanner, staging);
          } catch (cause) {
            staging.signal?.throwIfAborted();
            if (cause instanceof ProblemFound) throw await explain(cause.problem);
            if (!(cause instanceof MalformedCsv)) throw cause;
            throw await explain({ kind: 'unreadable', message: cause.message, cause });
          }
          appender.flush();
          await appendModels(session, reader.models);
          return { mayRepeat: appender.mayRepeat };
        }),
      ),
  };
}

async function appendModels(session: StoreSession, models: ByteVocabulary): Promise<void> {
  await session.append('staged_models', (appender) => {
    for (let code = 0; code < models.size; code++) {
      appender.appendInteger(code);
      appender.appendVarchar(models.text(code));
      appender.endRow();
    }
  });
}
