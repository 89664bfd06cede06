import { DataError } from '@embedllm/core';
import type { LimitBook, Reservation } from '../limits/limit-book.js';
import type { LimitSettlement } from '../limits/limit-store.js';
import { LIMIT_WINDOWS, type LimitWindow } from '../limits/limit-window.js';

/** A counter in a window that began at a time, and an amount. */
type Amount = readonly [name: string, window: LimitWindow, start: number, amount: number];

const VERSION = 1;

/** The line of a reservation. */
export function reserveLine(id: string, reservation: Reservation): string {
  const amounts = reservation.map(
    ({ entry: { name, window, start }, amount }): Amount => [name, window, start, amount],
  );
  return `${JSON.stringify({ reserve: id, amounts })}\n`;
}

/** The line of a settlement. */
export function settleLine({ id, amounts }: LimitSettlement): string {
  return `${JSON.stringify({ settle: id, amounts })}\n`;
}

/** A whole ledger that says what a book does. */
export function snapshotLines(book: LimitBook): string {
  const used = book
    .entries()
    .map(({ name, window, start, used }): Amount => [name, window, start, used]);
  const open = [...book.reservations].map(([id, reservation]) => reserveLine(id, reservation));
  return `${JSON.stringify({ version: VERSION, used })}\n${open.join('')}`;
}

/**
 * Reads a ledger into a book. What was reserved and never settled counts as used, because its work
 * may have been done. The last line may be torn: nothing was done before it was written.
 *
 * @throws DataError naming file and line, where any other line is damaged.
 */
export function readLedger(text: string, file: string, book: LimitBook): void {
  const open = new Map<string, readonly Amount[]>();
  const use = (amounts: readonly Amount[], used: (index: number) => number): void => {
    for (const [index, [name, window, start]] of amounts.entries()) {
      book.restore({ name, window, start, used: used(index) });
    }
  };
  const lines = text.split('\n');
  if (text !== '' && lines.length === 1) throw damaged(file, 1);
  // What follows the last line feed is empty, or was torn.
  for (const [index, line] of lines.slice(0, -1).entries()) {
    const value = parse(line, file, index + 1);
    if (index === 0) {
      const used = amountsOf(value.used, file, 1);
      use(used, (at) => used[at]?.[3] ?? 0);
    } else if (typeof value.reserve === 'string') {
      open.set(value.reserve, amountsOf(value.amounts, file, index + 1));
    } else if (typeof value.settle === 'string') {
      use(open.get(value.settle) ?? [], (at) => numberAt(value.amounts, at));
      open.delete(value.settle);
    } else throw damaged(file, index + 1);
  }
  for (const amounts of open.values()) use(amounts, (at) => amounts[at]?.[3] ?? 0);
}

function parse(line: string, file: string, row: number): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw damaged(file, row);
  }
  if (typeof value !== 'object' || value === null) throw damaged(file, row);
  const fields: Record<string, unknown> = Object.fromEntries(Object.entries(value));
  if (row === 1 && fields.version !== VERSION) {
    throw new DataError('Is not a ledger of limits, or has a different version.', { file });
  }
  return fields;
}

function amountsOf(value: unknown, file: string, row: number): Amount[] {
  if (!Array.isArray(value)) throw damaged(file, row);
  return value.map((item: unknown): Amount => {
    const [name, window, start, amount] = Array.isArray(item) ? item : [];
    const known = LIMIT_WINDOWS.find((one) => one === window);
    if (typeof name !== 'string' || known === undefined || !isWhole(start) || !isWhole(amount)) {
      throw damaged(file, row);
    }
    return [name, known, start, amount];
  });
}

/** A number in a list; 0 where there is none. */
function numberAt(list: unknown, index: number): number {
  const value: unknown = Array.isArray(list) ? list[index] : undefined;
  return isWhole(value) ? value : 0;
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function damaged(file: string, row: number): DataError {
  return new DataError(
    'Is not a ledger line. Restore the file, or delete it to start with nothing used.',
    { file, row },
  );
}
