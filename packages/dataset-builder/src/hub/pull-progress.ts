import type { Progress } from '@embedllm/core';
import type { HubFile } from './hub-file.js';

/** Adds up the progress of files that are downloaded at the same time. */
export class PullMeter {
  /** Bytes that came over the network. */
  downloaded = 0;
  readonly totalBytes: number;
  readonly #there: Map<HubFile, number> = new Map();
  readonly #report: ((progress: Progress) => void) | undefined;
  #bytes = 0;

  constructor(files: readonly HubFile[], report: ((progress: Progress) => void) | undefined) {
    this.totalBytes = files.reduce((sum, { size }) => sum + size, 0);
    this.#report = report;
  }

  /** So much of a file is there; the first time, what was there before. */
  set(file: HubFile, bytes: number): void {
    const before = this.#there.get(file);
    if (before !== undefined) this.downloaded += Math.max(0, bytes - before);
    this.#move(file, bytes);
  }

  complete(file: HubFile): void {
    this.#move(file, file.size);
  }

  #move(file: HubFile, bytes: number): void {
    this.#bytes += bytes - (this.#there.get(file) ?? 0);
    this.#there.set(file, bytes);
    this.#report?.({
      phase: 'download',
      done: this.#bytes,
      total: this.totalBytes,
      unit: 'bytes',
      detail: file.path,
    });
  }
}
