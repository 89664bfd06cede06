import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { DataError } from '@embedllm/core';
import { isJsonObject } from '@embedllm/internals';
import { errorCode, messageOf } from '../files/read-error.js';

/** Who works on a record. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process began, as the kernel counts; what tells it from a later one of its number. */
  readonly started: string | undefined;
  readonly since: string;
}

/** A process that takes this long was killed meanwhile. */
const LONGEST_TAKEOVER_MS = 10_000;

/**
 * Keeps other processes from a record for as long as it is worked on, by a file next to it. What a
 * killed process left is taken over.
 *
 * @returns what ends it.
 * @throws DataError `io` where another process works on the record, or the file cannot be written.
 */
export async function lockRecord(record: string): Promise<() => Promise<void>> {
  const file = `${record}.lock`;
  const mine = `${file}.${process.pid}-${randomBytes(6).toString('hex')}`;
  const holder: Holder = {
    ...{ pid: process.pid, host: hostname(), started: await startOf(process.pid) },
    since: new Date().toISOString(),
  };
  const text = JSON.stringify(holder);
  try {
    await writeFile(mine, text, { flag: 'wx' });
    while (!(await linked(mine, file))) await takeOver(file, record, mine);
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    throw new DataError(`cannot be written (${messageOf(cause)}).`, {
      ...{ file: record, code: 'io', cause },
    });
  } finally {
    await rm(mine, { force: true });
  }
  return async () => {
    if ((await contentOf(file)) === text) await rm(file, { force: true });
  };
}

/** What file systems without links say, such as exFAT and some shared folders. */
const WITHOUT_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL', 'EMLINK'];

/** Gives a file a further name, unless there is one of this name; a copy where there are no links. */
async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to).catch(async (error: unknown) => {
      if (!WITHOUT_LINKS.includes(errorCode(error) ?? '')) throw error;
      await copyFile(from, to, constants.COPYFILE_EXCL);
    });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Removes the lock of a process that has ended. @throws DataError where it has not. */
async function takeOver(file: string, record: string, mine: string): Promise<void> {
  const text = await contentOf(file);
  if (text === undefined) return;
  const holder = holderIn(text);
  if (holder === undefined || (await isRunning(holder))) {
    const who = holder
      ? `process ${holder.pid}${holder.host === hostname() ? '' : ` on ${holder.host}`} since ${holder.since}`
      : 'another process';
    throw new DataError(
      `is in use by ${who}. Wait for it to finish; if there is no such process, delete ${file}.`,
      { file: record, code: 'io' },
    );
  }
  // One at a time, so that nobody removes the lock of one that was faster.
  const guard = `${file}.takeover`;
  if (!(await linked(mine, guard))) {
    const age = await stat(guard).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > LONGEST_TAKEOVER_MS) await rm(guard, { force: true });
    await setTimeout(20);
    return;
  }
  try {
    if ((await contentOf(file)) === text) await rm(file, { force: true });
  } finally {
    await rm(guard, { force: true });
  }
}

async function contentOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function holderIn(text: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isJsonObject(value)) return undefined;
    const { pid, host, started, since } = value;
    if (typeof pid !== 'number' || typeof host !== 'string') return undefined;
    const start = typeof started === 'string' ? started : undefined;
    return { pid, host, started: start, since: String(since) };
  } catch {
    return undefined;
  }
}

async function isRunning({ pid, host, started }: Holder): Promise<boolean> {
  // Of another machine nothing is known.
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (errorCode(error) === 'ESRCH') return false;
  }
  return started === undefined || (await startOf(pid)) === started;
}

/** When a process began, in clock ticks since the machine did, with the machine's boot; on Linux. */
async function startOf(pid: number): Promise<string | undefined> {
  try {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /s, '').split(' ');
    return `${boot.trim()} ${fields[19]}`;
  } catch {
    return undefined;
  }
}
