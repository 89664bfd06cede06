import { readFile } from 'node:fs/promises';
import { EmbedLLMError } from '@embedllm/core';
import { reasonOf } from '@embedllm/internals';
import { LimitBook } from '../limits/limit-book.js';
import type {
  LimitCount,
  LimitCounter,
  LimitDecision,
  LimitRequest,
  LimitSettlement,
  LimitStore,
} from '../limits/limit-store.js';
import { AppendLog } from './append-log.js';
import { lockFile } from './file-lock.js';
import { readLedger, reserveLine, settleLine, snapshotLines } from './ledger-lines.js';

/** Options of `FileLimitStore.open`. */
export interface FileLimitStoreOptions {
  /** The ledger, which is made where it is missing. */
  readonly path: string;
  /** The present time in milliseconds since 1970. @default Date.now */
  readonly now?: (() => number) | undefined;
  /**
   * How often the ledger is flushed to the disk (`fdatasync`), in milliseconds.
   *
   * @default 1000
   */
  readonly syncMs?: number | undefined;
  /** Size from which the ledger is rewritten, in bytes. @default 1048576 */
  readonly compactBytes?: number | undefined;
}

/**
 * Limits of one process that survive it, in a file of JSON lines. A reservation is in the file before
 * it is granted, so that `kill -9` forgets nothing: what was reserved and not settled counts as used
 * at the next start. When the machine itself crashes, up to `syncMs` may be lost. What is limited by
 * the minute only is not written. Node only.
 */
export class FileLimitStore implements LimitStore {
  readonly #book: LimitBook;
  readonly #path: string;
  readonly #unlock: () => Promise<void>;
  readonly #log: AppendLog;

  private constructor(
    options: FileLimitStoreOptions,
    parts: { book: LimitBook; log: AppendLog; unlock: () => Promise<void> },
  ) {
    this.#path = options.path;
    this.#book = parts.book;
    this.#log = parts.log;
    this.#unlock = parts.unlock;
  }

  /**
   * @throws EmbedLLMError `io` when the file cannot be used, or another process uses it; DataError
   * `invalid-data` naming file and line when it is damaged.
   */
  static async open(options: FileLimitStoreOptions): Promise<FileLimitStore> {
    const { path, now = Date.now, syncMs = 1000, compactBytes = 1_048_576 } = options;
    const book = new LimitBook(now);
    const unlock = await lockFile(path).catch((error: unknown) => failed(path, error));
    try {
      readLedger(await readText(path), path, book);
      const snapshot = (): string => snapshotLines(book);
      const log = await AppendLog.open({ path, snapshot, syncMs, compactBytes });
      return new FileLimitStore(options, { book, log, unlock });
    } catch (error) {
      await unlock();
      return failed(path, error);
    }
  }

  async reserve(request: LimitRequest): Promise<LimitDecision> {
    const decision = this.#book.reserve(request);
    const reservation = this.#book.reservations.get(request.id);
    if (!decision.isReserved || !reservation || !isKept(request)) return decision;
    try {
      await this.#log.append(reserveLine(request.id, reservation));
    } catch (error) {
      this.#book.settle({ id: request.id, amounts: [] });
      return failed(this.#path, error);
    }
    return decision;
  }

  async settle(settlement: LimitSettlement): Promise<void> {
    const reservation = this.#book.reservations.get(settlement.id);
    this.#book.settle(settlement);
    if (!reservation || !isKept({ claims: reservation.map(({ entry }) => entry) })) return;
    try {
      await this.#log.append(settleLine(settlement));
    } catch (error) {
      failed(this.#path, error);
    }
  }

  async read(counters: readonly LimitCounter[]): Promise<readonly LimitCount[]> {
    return this.#book.read(counters);
  }

  async close(): Promise<void> {
    await this.#log.close();
    await this.#unlock();
  }
}

/** A minute is over before a process has started again. */
function isKept({ claims }: { readonly claims: readonly Pick<LimitCounter, 'window'>[] }): boolean {
  return claims.some(({ window }) => window !== 'minute');
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}

function failed(path: string, cause: unknown): never {
  if (cause instanceof EmbedLLMError) throw cause;
  const message = `The ledger ${path} cannot be used (${reasonOf(cause)}).`;
  throw new EmbedLLMError(message, { code: 'io', cause });
}
