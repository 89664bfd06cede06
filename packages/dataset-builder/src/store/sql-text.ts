/** Text as an SQL literal: nothing in it can end the literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name as an SQL identifier: nothing in it can end the identifier. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
