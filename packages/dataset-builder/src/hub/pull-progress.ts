import type { HubFile } from './hub-file.js';

/** How far a download has come. */
export interface PullProgress {
  /**
   * Bytes that are there, of all selected files together, those in the cache included. Falls where
   * a file has to begin anew.
   */
  readonly bytes: number;
  /** Size of all selected files together. */
  readonly totalBytes: number;
  /** Files that are complete. */
  readonly files: number;
  readonly totalFiles: number;
  /** The file that the last bytes are of. */
  readonly path: string;
}

/** Adds up the progress of files that are downloaded at the same time. */
export class PullMeter {
  /** Bytes that came over the network. */
  downloaded = 0;
  readonly totalBytes: number;
  readonly #there: Map<HubFile, number> = new Map();
  readonly #totalFiles: number;
  readonly #report: ((progress: PullProgress) => void) | undefined;
  #bytes = 0;
  #complete = 0;

  constructor(files: readonly HubFile[], report: ((progress: PullProgress) => void) | undefined) {
    this.totalBytes = files.reduce((sum, { size }) => sum + size, 0);
    this.#totalFiles = files.length;
    this.#report = report;
  }

  /** So much of a file is there; the first time, what was there before. */
  set(file: HubFile, bytes: number): void {
    const before = this.#there.get(file);
    if (before !== undefined) this.downloaded += Math.max(0, bytes - before);
    this.#move(file, bytes);
  }

  complete(file: HubFile): void {
    this.#complete++;
    this.#move(file, file.size);
  }

  #move(file: HubFile, bytes: number): void {
    this.#bytes += bytes - (this.#there.get(file) ?? 0);
    this.#there.set(file, bytes);
    this.#report?.({
      bytes: this.#bytes,
      totalBytes: this.totalBytes,
      files: this.#complete,
      totalFiles: this.#totalFiles,
      path: file.path,
    });
  }
}
