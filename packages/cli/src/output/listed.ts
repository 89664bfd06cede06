/** Names that are listed one by one; the others are counted. */
const NAMED = 5;

/** `a, b, c, d, e and 3 more`. */
export function listed(names: readonly string[]): string {
  const more = names.length - NAMED;
  return `${names.slice(0, NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
