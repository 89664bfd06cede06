import { usualColumns } from './column-names.js';

/** What stands before the header of a CSV file. */
export interface Preamble {
  /** Lines before the header. */
  readonly lines: number;
  /** As `sep=;` in the first line says it, which Excel writes and reads. */
  readonly separator: string | undefined;
}

/**
 * Finds the lines before the header: `sep=;`, and comments that begin with `#`. A header may itself
 * begin with `#`.
 *
 * @param head - The beginning of the file.
 */
export function preambleOf(head: string): Preamble {
  const lines = head.split('\n');
  const separator = /^sep=(.)\r?$/i.exec(lines[0] ?? '')?.[1];
  let count = separator === undefined ? 0 : 1;
  const start = count;
  while (lines[count]?.startsWith('#') || (count > start && lines[count]?.trim() === '')) count++;
  const after = lines[count];
  // Without a line after them they are not comments.
  if (after === undefined) return { lines: start, separator };
  const last = lines[count - 1] ?? '';
  const isHeader = count > start && hasUsualName(last.slice(1)) && !hasUsualName(after);
  return { lines: isHeader ? count - 1 : count, separator };
}

function hasUsualName(line: string): boolean {
  const fields = line.split(/[,;\t|]/);
  return (
    fields.length > 1 &&
    (['question', 'prompt', 'model', 'score'] as const).some(
      (role) => usualColumns(fields, role).length > 0,
    )
  );
}
