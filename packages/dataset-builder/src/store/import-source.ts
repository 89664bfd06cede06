import { createHash } from 'node:crypto';
import type { ModelInfo, Question } from '@embedllm/core';
import { ModelTable } from '../embedllm/model-table.js';
import { addDescribed, nameModels } from './describe-import.js';
import { type ConflictPolicy, mergeStaged } from './merge-staged.js';
import {
  dropStaging,
  type MergeCounts,
  makeStaging,
  StageAgain,
  type StagingSource,
} from './staging.js';
import type { StoreSession } from './store-session.js';

/** What an import brought. */
export interface StoreImport extends MergeCounts {
  /** As the caller gave it. */
  readonly name: string;
  /** Of the content, in hexadecimal. */
  readonly sha256: string;
  /** Whether the content was imported before in the same way, and nothing was done. */
  readonly skipped: boolean;
}

/** Something to import. */
export interface ImportTarget {
  readonly name: string;
  readonly format: string;
  /** A function where it is known only once the source is staged. */
  readonly sha256: string | (() => Promise<string>);
  /** How it is read: the same content read in another way is another import. */
  readonly settings: string;
  readonly signal: AbortSignal | undefined;
  readonly onConflict: ConflictPolicy;
  readonly defaultCategory?: string | undefined;
  readonly onlyKnownQuestions?: boolean | undefined;
  /** Questions and models that other tables describe; with a `ModelTable`, responses have its ids. */
  readonly described?:
    | {
        readonly questions: readonly Question[];
        readonly models: ModelTable | readonly ModelInfo[];
      }
    | undefined;
  readonly source: StagingSource | (() => Promise<StagingSource> | StagingSource);
  readonly beforeCommit?: (() => Promise<void>) | undefined;
}

const NOTHING: MergeCounts = {
  rows: 0,
  questions: 0,
  models: 0,
  responses: 0,
  duplicates: 0,
  conflicts: 0,
  notAsked: 0,
  reordered: 0,
  otherTexts: 0,
};

/** The content turns out to be in the store already. */
class KnownContent extends Error {}

/** Imports one source as one transaction. */
export async function importSource(
  session: StoreSession,
  target: ImportTarget,
): Promise<StoreImport> {
  const file = target.name;
  let sha256 = typeof target.sha256 === 'string' ? target.sha256 : '';
  const isKnown = async (): Promise<boolean> => {
    const known = 'SELECT count(*) FROM sources WHERE import_key = ?';
    return (await session.count(known, [importKey(sha256, target)])) > 0;
  };
  if (sha256 !== '' && (await isKnown())) {
    return { name: file, sha256, skipped: true, ...NOTHING };
  }
  const given = typeof target.source === 'function' ? await target.source() : target.source;
  const attempt = (source: StagingSource): Promise<MergeCounts> =>
    session.transaction(target.signal, async () => {
      const sourceId = await session.count('SELECT coalesce(max(source_id) + 1, 0) FROM sources');
      // Without its hash yet, so that messages can name it.
      await session.run("INSERT INTO sources VALUES (?, ?, ?, '', '', 0, now()::TIMESTAMP)", [
        sourceId,
        file,
        target.format,
      ]);
      await makeStaging(session);
      const { described } = target;
      const questions = described?.questions ?? [];
      const models = modelsOf(target);
      const fromDescription =
        questions.length + models.length === 0
          ? { questions: 0, models: 0 }
          : await addDescribed(session, questions, models, { sourceId, file });
      const defaultCategory = target.defaultCategory ?? 'uncategorized';
      const onlyKnownQuestions = target.onlyKnownQuestions ?? false;
      const isListed = described?.models instanceof ModelTable && described.models.closed;
      const staged = await source.stage(session, {
        sourceId,
        defaultCategory,
        takesAll: !onlyKnownQuestions && !isListed,
      });
      if (typeof target.sha256 === 'function') {
        sha256 = await target.sha256();
        if (await isKnown()) throw new KnownContent();
      }
      if (isListed) {
        await nameModels(session, described.models, source);
      }
      const merged =
        staged.placed ??
        (await mergeStaged(session, source, {
          file,
          sourceId,
          onConflict: target.onConflict,
          mayRepeat: staged.mayRepeat,
          defaultCategory,
          onlyKnownQuestions,
        }));
      await session.run(
        'UPDATE sources SET sha256 = ?, import_key = ?, rows = ? WHERE source_id = ?',
        [sha256, importKey(sha256, target), BigInt(merged.rows), sourceId],
      );
      await dropStaging(session);
      await target.beforeCommit?.();
      return {
        ...merged,
        notAsked: merged.notAsked + (staged.placed ? 0 : (staged.notAsked ?? 0)),
        questions: merged.questions + fromDescription.questions,
        models: merged.models + fromDescription.models,
      };
    });
  try {
    const counts = await attemptInTurn(given, attempt);
    return { name: file, sha256, skipped: false, ...counts };
  } catch (error) {
    if (error instanceof KnownContent) return { name: file, sha256, skipped: true, ...NOTHING };
    throw error;
  }
}

/** Attempts with a source, and with that which it names each time it has to start over. */
async function attemptInTurn<T>(
  source: StagingSource,
  attempt: (source: StagingSource) => Promise<T>,
): Promise<T> {
  try {
    return await attempt(source);
  } catch (error) {
    if (!(error instanceof StageAgain)) throw error;
    return attemptInTurn(error.source, attempt);
  }
}

function modelsOf({ described }: ImportTarget): readonly ModelInfo[] {
  const models = described?.models ?? [];
  return models instanceof ModelTable ? models.models() : models;
}

/** What tells one import from another: the content, how it is read, and with what next to it. */
function importKey(sha256: string, target: ImportTarget): string {
  const { format, settings, described } = target;
  return createHash('sha256')
    .update(
      JSON.stringify([sha256, format, settings, described?.questions ?? [], modelsOf(target)]),
    )
    .digest('hex');
}
