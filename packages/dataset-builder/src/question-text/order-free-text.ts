/**
 * What texts have in common that differ only in the order of their lines, such as choices that
 * every run reshuffles; their letters or numbers, which stay where they are, left out.
 *
 * @returns `undefined` where there are no two lines after the first.
 */
export function orderFreeText(text: string): string | undefined {
  const lines = text.split('\n').map(withoutLabel);
  return lines.length < 3 ? undefined : lines.sort().join('\n');
}

/** A choice without its letter or number, which stays where it is when choices are shuffled. */
function withoutLabel(line: string): string {
  return line.trim().replace(/^(?:\([A-Za-z0-9]{1,2}\)|[A-Za-z0-9]{1,2}(?:[.:)]| -))\s+/, '');
}
