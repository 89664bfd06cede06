import { type FileHandle, open, rename } from 'node:fs/promises';

/** What an `AppendLog` works with. */
export interface AppendLogOptions {
  readonly path: string;
  /** The whole file as it has to be at present, everything appended so far included. */
  readonly snapshot: () => string;
  /** How often what was written is made to survive a crash of the machine, in milliseconds. */
  readonly syncMs: number;
  /** Size in bytes from which the file is replaced by a snapshot. */
  readonly compactBytes: number;
}

interface Pending {
  readonly line: string;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A file to which lines are added, all that come at once in one write, and which a snapshot replaces
 * when it has grown. A line that was acknowledged survives the end of the process, however it ends.
 */
export class AppendLog {
  readonly #options: AppendLogOptions;
  #handle: FileHandle;
  #pending: Pending[] = [];
  #writing: Promise<void> | undefined;
  #bytes = 0;
  #compactAt = 0;
  #isSynced = true;
  /** A write failed and may have left half a line: the file has to be replaced first. */
  #isTorn = false;
  readonly #timer: ReturnType<typeof setInterval>;

  private constructor(options: AppendLogOptions, handle: FileHandle) {
    this.#options = options;
    this.#handle = handle;
    this.#timer = setInterval(() => void this.#sync(), options.syncMs);
    this.#timer.unref();
  }

  /** Replaces the file, if there is one, by the present snapshot. */
  static async open(options: AppendLogOptions): Promise<AppendLog> {
    const log = new AppendLog(options, await openNext(options.path));
    try {
      await log.#install(log.#handle);
    } catch (error) {
      clearInterval(log.#timer);
      throw error;
    }
    return log;
  }

  /** @throws what the file system says; then the line may or may not be in the file, but not half. */
  append(line: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ line, resolve, reject });
      this.#writing ??= this.#write();
    });
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#writing;
    await this.#sync();
    await this.#handle.close();
  }

  async #write(): Promise<void> {
    // All that is appended in this turn goes into one write.
    await Promise.resolve();
    while (this.#pending.length > 0) {
      // A snapshot taken now holds these lines, too.
      const batch = this.#pending.splice(0);
      try {
        if (this.#isTorn || this.#bytes > this.#compactAt) await this.#compact();
        else await this.#append(batch.map(({ line }) => line).join(''));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        this.#isTorn = true;
        for (const { reject } of batch) reject(error);
      }
    }
    this.#writing = undefined;
  }

  async #append(text: string): Promise<void> {
    await this.#handle.appendFile(text);
    this.#bytes += Buffer.byteLength(text);
    this.#isSynced = false;
  }

  async #compact(): Promise<void> {
    const before = this.#handle;
    await this.#install(await openNext(this.#options.path));
    await before.close().catch(() => undefined);
  }

  /** Writes the snapshot to a file of its own, which then takes the place of the old one. */
  async #install(next: FileHandle): Promise<void> {
    const { path, snapshot, compactBytes } = this.#options;
    try {
      const text = snapshot();
      await next.appendFile(text);
      await next.sync();
      await rename(nextPath(path), path);
      this.#bytes = Buffer.byteLength(text);
    } catch (error) {
      await next.close().catch(() => undefined);
      throw error;
    }
    this.#handle = next;
    this.#compactAt = Math.max(compactBytes, 4 * this.#bytes);
    this.#isTorn = false;
  }

  async #sync(): Promise<void> {
    if (this.#isSynced) return;
    this.#isSynced = true;
    // Where it fails, the next write says so.
    await this.#handle.datasync().catch(() => undefined);
  }
}

function nextPath(path: string): string {
  return `${path}.next`;
}

async function openNext(path: string): Promise<FileHandle> {
  return await open(nextPath(path), 'w', 0o600);
}
