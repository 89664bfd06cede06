import { EmbedLLMError } from '@embedllm/core';
import type { StoreSession } from './store-session.js';

/** Raised whenever the tables change. */
const SCHEMA_VERSION = 1;

/**
 * The tables, for queries of the user. A score is 0 to 1; most are exactly 0 or 1. There are no
 * keys or indices in the database: imports keep ids unique, and an index over a hundred million
 * responses would not fit the memory that reading them needs.
 */
const TABLES: readonly string[] = [
  'CREATE TABLE store (schema_version INTEGER NOT NULL)',
  `CREATE TABLE sources (
    source_id INTEGER NOT NULL, name VARCHAR NOT NULL, format VARCHAR NOT NULL,
    sha256 VARCHAR NOT NULL, import_key VARCHAR NOT NULL, rows BIGINT NOT NULL,
    imported_at TIMESTAMP NOT NULL)`,
  `CREATE TABLE models (
    model_id INTEGER NOT NULL, name VARCHAR NOT NULL, info VARCHAR)`,
  `CREATE TABLE questions (
    question_id INTEGER NOT NULL, id VARCHAR NOT NULL, category VARCHAR NOT NULL,
    prompt VARCHAR NOT NULL, source_id INTEGER NOT NULL)`,
  `CREATE TABLE responses (
    question_id INTEGER NOT NULL, model_id INTEGER NOT NULL, score DOUBLE NOT NULL,
    source_id INTEGER NOT NULL)`,
];

/**
 * What logs say of a question besides its id: the same for documents that differ only in the order
 * of their choices. Made in stores of earlier versions too.
 */
const QUESTION_KEYS =
  'CREATE TABLE IF NOT EXISTS question_keys (question_id INTEGER NOT NULL, key VARCHAR NOT NULL)';

/**
 * Makes the tables in a new database.
 *
 * @throws EmbedLLMError `unsupported-version` when a newer version wrote it, `invalid-data` when it
 * is a database of something else.
 */
export async function prepareSchema(session: StoreSession, path: string): Promise<void> {
  const tables = await session.rows(
    "SELECT table_name FROM information_schema.tables WHERE table_schema = 'main'",
  );
  const names = tables.map(({ table_name }) => table_name);
  if (names.length === 0) {
    await session.transaction(undefined, async () => {
      for (const table of [...TABLES, QUESTION_KEYS]) await session.run(table);
      await session.run(`INSERT INTO store VALUES (${SCHEMA_VERSION})`);
    });
    return;
  }
  if (!['store', 'sources', 'models', 'questions', 'responses'].every((n) => names.includes(n))) {
    throw new EmbedLLMError(`${path} is a database, but not an evaluation store.`, {
      code: 'invalid-data',
    });
  }
  const version = await session.count('SELECT schema_version FROM store');
  if (version !== SCHEMA_VERSION) {
    throw new EmbedLLMError(
      `${path} has version ${version} of the store format, but this package reads version ${SCHEMA_VERSION}.`,
      { code: 'unsupported-version' },
    );
  }
  await session.run(QUESTION_KEYS);
}
