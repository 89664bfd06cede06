/** A Markdown table; numbers get four digits. */
export function markdownTable(
  header: readonly string[],
  rows: readonly (readonly (string | number | undefined)[])[],
): string {
  const cell = (value: string | number | undefined): string =>
    typeof value === 'number' ? (Number.isNaN(value) ? '' : value.toFixed(4)) : (value ?? '');
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const alignment = header.map((_, column) => (column === 0 ? '---' : '---:'));
  return [line(header), line(alignment), ...rows.map((row) => line(row.map(cell)))].join('\n');
}
