import type { TableReport } from '@embedllm/dataset-builder';
import type { Context } from '../program/context.js';

/** Says in a line how each table was understood, and what was noticed. */
export function sayTables(context: Context, tables: readonly TableReport[]): void {
  for (const { understood, remarks } of tables) {
    context.note([`${understood}.`, ...remarks].join(' '));
  }
}
