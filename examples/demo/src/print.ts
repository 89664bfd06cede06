import { relative } from 'node:path';
import { START_FOLDER } from './arguments.js';

/** A path as the user would type it. */
export function printable(path: string): string {
  return relative(START_FOLDER, path);
}

/** Starts a part of the output. */
export function heading(text: string): void {
  console.log(`\n${text}\n${'-'.repeat(text.length)}`);
}

/** The time since `performance.now()` gave this. */
export function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}
