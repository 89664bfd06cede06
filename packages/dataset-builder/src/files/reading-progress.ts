import type { Progress } from '@embedllm/core';

/** How far the reading of files has come, in bytes taken from the disk, before decompression. */
export function readingProgress(file: string, done: number, total: number): Progress {
  return { phase: 'read', done, total, unit: 'bytes', detail: file };
}
