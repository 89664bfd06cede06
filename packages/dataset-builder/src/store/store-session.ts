import { open } from 'node:fs/promises';
import type {
  DuckDBAppender,
  DuckDBConnection,
  DuckDBInstance,
  DuckDBValue,
} from '@duckdb/node-api';
import { EmbedLLMError } from '@embedllm/core';
import { isPipeOrDevice } from '@embedllm/internals/files';
import { errorCode, messageOf, pipeError, readError } from '../files/read-error.js';
import { loadDuckDB } from './load-duckdb.js';
import { literal } from './sql-text.js';

/** Limits of a session. */
export interface StoreLimits {
  /** Most memory that DuckDB takes before it writes to disk, as it writes sizes. @default '512MB' */
  readonly memoryLimit?: string | undefined;
  /** Threads, an integer of at least 1. @default the number of cores */
  readonly threads?: number | undefined;
}

/** What a session is for. */
export interface SessionSettings {
  /** Files that it may touch next to its own. @default none */
  readonly files?: readonly string[] | undefined;
}

/** A row of a query: plain values by column; integers beyond 2^53 are text. */
export type SqlRow = Readonly<Record<string, unknown>>;

/**
 * One open database. It cannot reach the network, load extensions, or touch any file other than
 * its own, those next to it that DuckDB makes itself, and those listed; nothing run in it can
 * change that, and once it is locked no other setting either.
 */
export class StoreSession {
  readonly #path: string;
  readonly #instance: DuckDBInstance;
  readonly connection: DuckDBConnection;
  #locked = false;

  private constructor(path: string, instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#path = path;
    this.#instance = instance;
    this.connection = connection;
  }

  /** @throws EmbedLLMError `io` when the file is not a database, of a newer version, or in use. */
  static async open(path: string, options: StoreLimits & SessionSettings): Promise<StoreSession> {
    const { DuckDBInstance } = await loadDuckDB();
    await assertDatabase(path);
    let instance: DuckDBInstance;
    try {
      instance = await DuckDBInstance.create(path, {
        autoinstall_known_extensions: 'false',
        autoload_known_extensions: 'false',
        allow_community_extensions: 'false',
        // Order is never relied upon. Keeping it costs memory where files are read; where rows are
        // appended, not keeping it costs as much time again.
        preserve_insertion_order: String(options.files === undefined),
        memory_limit: options.memoryLimit ?? '512MB',
        ...(options.threads !== undefined && { threads: String(options.threads) }),
      });
    } catch (cause) {
      throw openError(path, cause);
    }
    try {
      const connection = await instance.connect();
      const allowed = (options.files ?? []).map(literal).join(', ');
      await connection.run(`SET allowed_paths = [${allowed}]`);
      await connection.run('SET enable_external_access = false');
      return new StoreSession(path, instance, connection);
    } catch (error) {
      instance.closeSync();
      throw error;
    }
  }

  /** From now on no statement can change a setting: before statements of a user. */
  async lock(): Promise<void> {
    if (this.#locked) return;
    await this.run('SET lock_configuration = true');
    this.#locked = true;
  }

  /** Runs work with one thread, where settings can still be changed. */
  async withOneThread<T>(work: () => Promise<T>): Promise<T> {
    if (this.#locked) return work();
    const threads = await this.count("SELECT current_setting('threads')");
    await this.run('SET threads = 1');
    try {
      return await work();
    } finally {
      await this.run(`SET threads = ${threads}`);
    }
  }

  async run(sql: string, values?: readonly DuckDBValue[]): Promise<void> {
    await this.connection.run(sql, values && [...values]);
  }

  async rows(sql: string, values?: readonly DuckDBValue[]): Promise<SqlRow[]> {
    const reader = await this.connection.runAndReadAll(sql, values && [...values]);
    return reader.getRowObjectsJS().map(plainRow);
  }

  /** The first row; `undefined` where there is none. */
  async first(sql: string, values?: readonly DuckDBValue[]): Promise<SqlRow | undefined> {
    return (await this.rows(sql, values))[0];
  }

  /** A count, or another integer below 2^53. */
  async count(sql: string, values?: readonly DuckDBValue[]): Promise<number> {
    return Number(Object.values((await this.first(sql, values)) ?? { none: 0 })[0] ?? 0);
  }

  /** Hands the columns of a query on, a chunk of rows at a time. */
  async eachChunk(
    sql: string,
    take: (columns: readonly (readonly DuckDBValue[])[]) => void,
    signal?: AbortSignal | undefined,
  ): Promise<void> {
    signal?.throwIfAborted();
    const result = await this.connection.stream(sql);
    for (
      let chunk = await result.fetchChunk();
      chunk && chunk.rowCount > 0;
      chunk = await result.fetchChunk()
    ) {
      signal?.throwIfAborted();
      take(chunk.getColumns());
    }
  }

  /** Adds rows to a temporary table, or to one of the store. */
  async append<T>(
    table: string,
    fill: (appender: DuckDBAppender) => Promise<T> | T,
    where: 'temp' | 'store' = 'temp',
  ): Promise<T> {
    const catalog = where === 'temp' ? 'temp' : undefined;
    const appender = await this.connection.createAppender(table, 'main', catalog);
    try {
      const result = await fill(appender);
      appender.flushSync();
      return result;
    } finally {
      appender.closeSync();
    }
  }

  /**
   * Runs work as one transaction: all of it is kept, or, when it throws or the process ends, none.
   * A signal interrupts the statement that runs.
   */
  async transaction<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    signal?.throwIfAborted();
    const interrupt = (): void => this.connection.interrupt();
    await this.run('BEGIN TRANSACTION');
    signal?.addEventListener('abort', interrupt);
    try {
      const result = await work();
      signal?.throwIfAborted();
      signal?.removeEventListener('abort', interrupt);
      await this.run('COMMIT');
      return result;
    } catch (error) {
      signal?.removeEventListener('abort', interrupt);
      await this.run('ROLLBACK').catch(() => {});
      signal?.throwIfAborted();
      throw /No space left on device/.test(messageOf(error))
        ? new EmbedLLMError(`${this.#path} cannot grow: its disk is full. Nothing was changed.`, {
            code: 'io',
            cause: error,
          })
        : error;
    }
  }

  close(): void {
    this.connection.closeSync();
    this.#instance.closeSync();
  }
}

/** DuckDB opens tables as databases too, which then are not stores for reasons that mislead. */
async function assertDatabase(path: string): Promise<void> {
  if (path === ':memory:') return;
  if (await isPipeOrDevice(path)) throw pipeError(path);
  const handle = await open(path, 'r').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw readError(path, error);
  });
  if (handle === undefined) return;
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(12), 0, 12, 0);
    if (bytesRead === 0 || buffer.toString('latin1', 8) === 'DUCK') return;
  } catch (error) {
    throw readError(path, error);
  } finally {
    await handle.close();
  }
  throw new EmbedLLMError(
    `${path} is not a store. Build a dataset from it first, and name that (\`embedllm build\`, or importFile of an evaluation store).`,
    { code: 'io' },
  );
}

/** Why a database cannot be opened, in the words of its user. */
function openError(path: string, cause: unknown): EmbedLLMError {
  const message = messageOf(cause);
  const holder = /Conflicting lock is held in (.*?)\.? See also/s.exec(message)?.[1];
  const isHeld = holder !== undefined || /being used by another process/i.test(message);
  return new EmbedLLMError(
    isHeld
      ? `${path} is open in another process${holder === undefined ? '' : ` (${holder})`}. Only one process can use a store at a time. Wait for it to finish, or stop it.`
      : `${path} cannot be opened as a store (${message}).`,
    { code: 'io', cause },
  );
}

function plainRow(row: Readonly<Record<string, unknown>>): SqlRow {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === 'bigint'
        ? Number.isSafeInteger(Number(value))
          ? Number(value)
          : String(value)
        : value,
    ]),
  );
}
