import { createHash, randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { isSystemError } from './read-file.js';

/** An hour: no save takes longer, so that an older folder was left behind. */
const STALE_AFTER_MS = 3_600_000;

/**
 * The two kinds of hidden folder that a save keeps next to its target for a moment: `partial` is
 * being written or deleted and never read; `previous` is the whole old artifact, set aside.
 */
export type SiblingKind = 'partial' | 'previous';

/** A folder that a save, perhaps one that was killed, has put next to its target. */
export interface SiblingFolder {
  readonly path: string;
  readonly kind: SiblingKind;
  readonly createdMs: number;
  /** Whether the process that made it has ended, as far as can be determined. */
  readonly abandoned: boolean;
}

/** Who makes a folder, and when; part of its name. */
export interface SiblingOwner {
  readonly host: string;
  readonly pid: number;
  readonly createdMs: number;
}

/** A fresh name next to the target, which says who made it. */
export function newSiblingPath(
  target: string,
  kind: SiblingKind,
  owner: SiblingOwner = { host: hostname(), pid: process.pid, createdMs: Date.now() },
): string {
  const stamp = String(owner.createdMs).padStart(13, '0');
  const unique = randomBytes(6).toString('hex');
  return join(
    dirname(target),
    `.${basename(target)}.${kind}-${stamp}-${hostTag(owner.host)}-${owner.pid}-${unique}`,
  );
}

/** The folders that saves have put next to the target, newest first. */
export async function findSiblings(target: string): Promise<SiblingFolder[]> {
  const parent = dirname(target);
  const prefix = `.${basename(target)}.`;
  const found: SiblingFolder[] = [];
  for (const name of await listFolder(parent)) {
    if (!name.startsWith(prefix)) continue;
    const parts = /^(partial|previous)-(\d{13})-([0-9a-f]{8})-(\d+)-[0-9a-f]{12}$/.exec(
      name.slice(prefix.length),
    );
    if (!parts) continue;
    const createdMs = Number(parts[2]);
    found.push({
      path: join(parent, name),
      kind: parts[1] === 'partial' ? 'partial' : 'previous',
      createdMs,
      abandoned: isAbandoned({ host: parts[3] ?? '', pid: Number(parts[4]), createdMs }),
    });
  }
  return found.sort((left, right) => right.createdMs - left.createdMs);
}

async function listFolder(path: string): Promise<string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** `host` is the tag in the name here. */
function isAbandoned({ host, pid, createdMs }: SiblingOwner): boolean {
  if (Date.now() - createdMs > STALE_AFTER_MS) return true;
  // Processes of another machine or container cannot be seen from here.
  if (host !== hostTag(hostname())) return false;
  // A process number is used again, in a container that restarts even at once.
  if (pid === process.pid) return createdMs < Date.now() - process.uptime() * 1000;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return isSystemError(error) && error.code === 'ESRCH';
  }
}

/** Eight hexadecimal digits, since a host name may hold characters that a file name may not. */
function hostTag(host: string): string {
  return createHash('sha256').update(host).digest('hex').slice(0, 8);
}
