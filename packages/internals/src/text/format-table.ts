import { displayWidth } from './display-width.js';
import { printable } from './printable.js';

/**
 * Rows under their headings in columns that line up: columns of which every cell is a number (or
 * empty) to the right, all others to the left.
 */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const cells = rows.map((row) => row.map((cell) => printable(cell)));
  const widths = header.map((heading, column) =>
    Math.max(displayWidth(heading), ...cells.map((row) => displayWidth(row[column] ?? ''))),
  );
  const isNumeric = header.map((_, column) =>
    cells.every((row) => /^([-+]?[\d.,]+%?|)$/.test(row[column] ?? '')),
  );
  return [header, ...cells]
    .map((row) =>
      widths
        .map((width, column) => {
          const cell = row[column] ?? '';
          const padding = ' '.repeat(width - displayWidth(cell));
          return isNumeric[column] === true ? padding + cell : cell + padding;
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
