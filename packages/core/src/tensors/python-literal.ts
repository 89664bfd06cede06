const MAX_DEPTH = 16;

/** Marks, strings without escapes, booleans, and whole numbers with Python 2's suffix. */
const TOKEN = /\s*(?:([{}()[\]:,])|'([^'\\]*)'|"([^"\\]*)"|(True|False)\b|(\d+)L?)/y;

type Token = { readonly mark: string } | { readonly value: string | number | boolean };

/** What a literal stands for: a dictionary becomes a `Map`, tuples and lists become arrays. */
export type PythonValue = string | number | boolean | PythonValue[] | Map<PythonValue, PythonValue>;

/**
 * Parses the subset of Python literals that .npy headers use: dictionaries, tuples, lists,
 * strings, booleans and whole numbers. Nothing is evaluated.
 *
 * @returns `undefined` when the text is anything else, or a key occurs twice.
 */
export function parsePythonLiteral(text: string): PythonValue | undefined {
  const tokens = tokenize(text);
  if (!tokens) return undefined;
  let at = 0;

  const takeMark = (mark: string): boolean => {
    const token = tokens[at];
    if (!token || !('mark' in token) || token.mark !== mark) return false;
    at++;
    return true;
  };

  const parseValue = (depth: number): PythonValue | undefined => {
    if (depth > MAX_DEPTH) return undefined;
    if (takeMark('{')) return parseDictionary(depth);
    if (takeMark('[')) return parseItems(']', depth)?.items;
    if (takeMark('(')) {
      const sequence = parseItems(')', depth);
      // (3) is a number in brackets, (3,) a tuple.
      return sequence?.items.length === 1 && !sequence.commaLast
        ? sequence.items[0]
        : sequence?.items;
    }
    const token = tokens[at];
    if (!token || !('value' in token)) return undefined;
    at++;
    return token.value;
  };

  const parseItems = (
    close: string,
    depth: number,
  ): { items: PythonValue[]; commaLast: boolean } | undefined => {
    const items: PythonValue[] = [];
    let comma = true;
    while (!takeMark(close)) {
      const item = comma ? parseValue(depth + 1) : undefined;
      if (item === undefined) return undefined;
      items.push(item);
      comma = takeMark(',');
    }
    return { items, commaLast: comma };
  };

  const parseDictionary = (depth: number): Map<PythonValue, PythonValue> | undefined => {
    const entries = new Map<PythonValue, PythonValue>();
    let comma = true;
    while (!takeMark('}')) {
      const key = comma ? parseValue(depth + 1) : undefined;
      if (key === undefined || entries.has(key) || !takeMark(':')) return undefined;
      const value = parseValue(depth + 1);
      if (value === undefined) return undefined;
      entries.set(key, value);
      comma = takeMark(',');
    }
    return entries;
  };

  const value = parseValue(0);
  return at === tokens.length ? value : undefined;
}

function tokenize(text: string): Token[] | undefined {
  const trimmed = text.trimEnd();
  const tokens: Token[] = [];
  // Own position, since a shared sticky pattern would keep it between calls.
  const pattern = new RegExp(TOKEN);
  while (pattern.lastIndex < trimmed.length) {
    const match = pattern.exec(trimmed);
    if (!match) return undefined;
    const [, mark, single, double, boolean, number] = match;
    if (mark !== undefined) tokens.push({ mark });
    else if (boolean !== undefined) tokens.push({ value: boolean === 'True' });
    else if (number !== undefined) tokens.push({ value: Number(number) });
    else tokens.push({ value: single ?? double ?? '' });
  }
  return tokens;
}
