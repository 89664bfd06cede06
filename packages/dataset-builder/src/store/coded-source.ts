import type { DuckDBAppender } from '@duckdb/node-api';
import type { DataError } from '@embedllm/core';
import { LongCsvMerger } from './long-csv-merger.js';
import { ResponseAppender } from './response-appender.js';
import {
  appendQuestion,
  type MergeCounts,
  type Problem,
  StageAgain,
  type Staged,
  type StagingSource,
  type StagingTarget,
  stageModels,
} from './staging.js';
import type { StoreSession } from './store-session.js';

/** A source whose responses `scan` gives to a merger; it is run again where staging starts over. */
export function codedSource(
  explain: (problem: Problem) => Promise<DataError>,
  scan: (merger: LongCsvMerger) => Promise<void>,
  mayBePlaced = true,
): StagingSource {
  return {
    coded: true,
    explain,
    async stage(session, target) {
      if (!mayBePlaced || !target.takesAll || !(await isEmptyStore(session))) {
        return stageCodes(session, scan);
      }
      const placed = await placeAll(session, target, scan);
      // What repeats has to be compared first.
      if (placed === undefined) throw new StageAgain(codedSource(explain, scan, false));
      return { mayRepeat: false, placed };
    },
  };
}

async function stageCodes(
  session: StoreSession,
  scan: (merger: LongCsvMerger) => Promise<void>,
): Promise<Staged> {
  return session.append('staged_codes', (rows) =>
    session.append('staged_questions', async (questions) => {
      const responses = await ResponseAppender.on(rows);
      const merger = new LongCsvMerger(responses, (code, question) =>
        appendQuestion(questions, code, question),
      );
      await scan(merger);
      responses.flush();
      await stageModels(session, merger.models());
      return { mayRepeat: responses.mayRepeat, notAsked: merger.notAsked };
    }),
  );
}

/**
 * Puts all into a store that has nothing yet, where codes, which count from 0, are the ids.
 *
 * @returns `undefined` where a question and model may repeat.
 */
async function placeAll(
  session: StoreSession,
  { sourceId, defaultCategory }: StagingTarget,
  scan: (merger: LongCsvMerger) => Promise<void>,
): Promise<MergeCounts | undefined> {
  const place = <T>(table: string, fill: (rows: DuckDBAppender) => Promise<T> | T): Promise<T> =>
    session.append(table, fill, 'store');
  return place('responses', (rows) =>
    place('questions', async (questions) => {
      const responses = await ResponseAppender.on(rows, sourceId);
      const merger = new LongCsvMerger(responses, (code, { id, category, prompt }) => {
        questions.appendInteger(code);
        questions.appendVarchar(id);
        questions.appendVarchar(category || defaultCategory);
        questions.appendVarchar(prompt ?? '');
        questions.appendInteger(sourceId);
        questions.endRow();
      });
      await scan(merger);
      responses.flush();
      if (responses.mayRepeat) return undefined;
      const names = merger.models();
      await place('models', (models) => {
        for (const [code, name] of names.entries()) {
          models.appendInteger(code);
          models.appendVarchar(name);
          models.appendNull();
          models.endRow();
        }
      });
      return {
        rows: responses.rows,
        questions: merger.questions,
        models: names.length,
        responses: responses.rows,
        duplicates: 0,
        notAsked: merger.notAsked,
        conflicts: 0,
        reordered: 0,
        otherTexts: 0,
      };
    }),
  );
}

/** Whether a store has nothing yet that codes, which count from 0, could be confused with. */
export async function isEmptyStore(session: StoreSession): Promise<boolean> {
  const rows = await session.count(
    `SELECT (SELECT count(*) FROM responses) + (SELECT count(*) FROM questions)
      + (SELECT count(*) FROM models)`,
  );
  return rows === 0;
}
