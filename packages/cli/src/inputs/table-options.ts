import type { ReadTablesOptions } from '@embedllm/dataset-builder';
import type { ImportOptions } from './import-options.js';

/** Flags that say what the columns of a table mean, as the options name them. */
const COLUMNS = [
  'questionColumn',
  'promptColumn',
  'categoryColumn',
  'modelColumn',
  'scoreColumn',
  'modelColumns',
  'model',
  'separator',
  'scale',
] as const;

/** What of the command's options is of tables. */
type TableFlags = Partial<
  Pick<ImportOptions, (typeof COLUMNS)[number] | 'threshold' | 'onConflict'>
>;

/** The options of tables among the command's. */
export function tableOptions(options: TableFlags): ReadTablesOptions {
  const separator = options.separator?.replace(/^(?:\\t|tab)$/i, '\t');
  return {
    ...Object.fromEntries(COLUMNS.map((name) => [name, options[name]])),
    separator,
    threshold: options.threshold,
    onConflict: options.onConflict,
  };
}

/** The flag that says what the columns of a table mean, if there is one; `--model` does not count. */
export function describedBy(options: TableFlags): string | undefined {
  const name = COLUMNS.find((key) => key !== 'model' && options[key] !== undefined);
  return name && `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Whether the command says what the columns of a table mean. */
export function describesTable(options: TableFlags): boolean {
  return COLUMNS.some((name) => options[name] !== undefined);
}

/** The threshold on the scale from 0 to 1, on which a store keeps scores. */
export function storeThreshold({ threshold, scale }: TableFlags): number | undefined {
  if (threshold === undefined || scale === undefined) return threshold;
  return (threshold - scale.min) / (scale.max - scale.min);
}
