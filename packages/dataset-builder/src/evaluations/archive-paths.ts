import { DataError, type Progress } from '@embedllm/core';

/**
 * Names files of archives by their archives, as `runs.zip/logs/results.json`: where they were
 * unpacked for a moment means nothing to anybody.
 */
export class ArchivePaths {
  readonly #archives: { readonly folder: string; readonly path: string }[] = [];

  /** @param folder - Where the archive was unpacked. @param path - The archive, as the caller gave it. */
  add(folder: string, path: string): void {
    this.#archives.push({ folder, path });
  }

  /** A text with the files of archives as they are to be named. */
  readonly shown = (text: string): string =>
    this.#archives.reduce((shown, { folder, path }) => shown.replaceAll(folder, path), text);

  /** Names files in texts of a report, at any depth. */
  showIn(report: unknown): void {
    if (this.#archives.length === 0 || typeof report !== 'object' || report === null) return;
    for (const [key, value] of Object.entries(report)) {
      if (typeof value === 'string') Reflect.set(report, key, this.shown(value));
      else this.showIn(value);
    }
  }

  /** Names the file in an error's message and location. */
  showInError(error: unknown): void {
    if (!(error instanceof Error)) return;
    error.message = this.shown(error.message);
    if (error instanceof DataError) this.showIn(error.location);
  }

  /** Progress with the file named. */
  progress(
    onProgress: ((progress: Progress) => void) | undefined,
  ): ((progress: Progress) => void) | undefined {
    return (
      onProgress &&
      ((progress) =>
        onProgress({ ...progress, detail: progress.detail && this.shown(progress.detail) }))
    );
  }
}
