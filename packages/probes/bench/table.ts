/** Prints a Markdown table, the first row as its head. */
export function printTable(
  title: string,
  [head = [], ...rows]: readonly (readonly (string | number)[])[],
): void {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  console.log(`\n${title}\n\n${line(head)}\n${line(head.map(() => '---'))}`);
  for (const row of rows) console.log(line(row));
}

/** A number with so many digits after the point; empty where there is none. */
export function fixed(value: number | undefined, digits: number): string {
  return value === undefined ? '' : value.toFixed(digits);
}
