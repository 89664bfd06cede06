/** A cursor over the text of a literal. */
interface Cursor {
  readonly text: string;
  at: number;
}

class NotALiteral extends Error {}

const NUMBER =
  /[+-]?(?:0[xX][\da-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?)/y;
const NAME = /(?:True|False|None|set\(\s*\)|inf|nan)(?!\w)/y;
const PREFIX = /(?:[rR]?[bB]?|[bB][rR]|[uU])(?='|")/y;
const MOST_NESTED = 200;

/**
 * A literal of Python (numbers, strings, bytes, True, False, None, lists, tuples, sets, dicts) in
 * one form for all that Python calls equal: `1`, `1.0` and `True` are, dicts whose order differs
 * are, a list and a tuple are not.
 *
 * @returns `undefined` where the text is anything else, such as a call or an unfinished list.
 */
export function pythonValue(text: string): string | undefined {
  const cursor = { text, at: 0 };
  try {
    const value = readValue(cursor, 0);
    skipSpace(cursor);
    return cursor.at === text.length ? value : undefined;
  } catch (error) {
    if (error instanceof NotALiteral) return undefined;
    throw error;
  }
}

/** The form of a string. */
export function pythonString(text: string): string {
  return `s${JSON.stringify(text)}`;
}

function readValue(cursor: Cursor, depth: number): string {
  if (depth > MOST_NESTED) throw new NotALiteral();
  skipSpace(cursor);
  switch (cursor.text[cursor.at]) {
    case '[':
      return `[${readItems(cursor, ']', depth).items.join(',')}]`;
    case '(': {
      const { items, commas } = readItems(cursor, ')', depth);
      return items.length === 1 && commas === 0 ? (items[0] ?? '') : `(${items.join(',')})`;
    }
    case '{':
      return readBraces(cursor, depth);
    default:
      return readString(cursor) ?? readName(cursor) ?? readNumber(cursor);
  }
}

function readItems(
  cursor: Cursor,
  end: string,
  depth: number,
): { items: string[]; commas: number } {
  cursor.at++;
  const items: string[] = [];
  for (let commas = 0; ; ) {
    if (take(cursor, end)) return { items, commas };
    if (items.length > commas) throw new NotALiteral();
    items.push(readValue(cursor, depth + 1));
    if (take(cursor, ',')) commas++;
  }
}

function readBraces(cursor: Cursor, depth: number): string {
  cursor.at++;
  if (take(cursor, '}')) return '{:}';
  const entries = new Map<string, string | undefined>();
  for (let isDict: boolean | undefined; ; ) {
    const key = readValue(cursor, depth + 1);
    const hasValue = take(cursor, ':');
    if (isDict !== undefined && isDict !== hasValue) throw new NotALiteral();
    isDict = hasValue;
    entries.set(key, hasValue ? readValue(cursor, depth + 1) : undefined);
    const hasComma = take(cursor, ',');
    if (take(cursor, '}')) {
      const sorted = [...entries].sort(([one], [other]) => (one < other ? -1 : 1));
      return isDict
        ? `{:${sorted.map(([key, value]) => `${key}:${value}`).join(',')}}`
        : `{${sorted.map(([key]) => key).join(',')}}`;
    }
    if (!hasComma) throw new NotALiteral();
  }
}

/** One string, or several that follow each other, which Python joins. */
function readString(cursor: Cursor): string | undefined {
  let kind: string | undefined;
  let joined = '';
  for (;;) {
    const start = cursor.at;
    skipSpace(cursor);
    PREFIX.lastIndex = cursor.at;
    const prefix = PREFIX.exec(cursor.text)?.[0].toLowerCase();
    if (prefix === undefined) {
      cursor.at = start;
      return kind === undefined ? undefined : `${kind}${JSON.stringify(joined)}`;
    }
    const own = prefix.includes('b') ? 'b' : 's';
    if (kind !== undefined && kind !== own) throw new NotALiteral();
    kind = own;
    cursor.at += prefix.length;
    joined += readQuoted(cursor, prefix.includes('r'));
  }
}

function readQuoted(cursor: Cursor, isRaw: boolean): string {
  const { text } = cursor;
  const quote = text[cursor.at] ?? '';
  const end = text.startsWith(quote.repeat(3), cursor.at) ? quote.repeat(3) : quote;
  cursor.at += end.length;
  let value = '';
  while (!text.startsWith(end, cursor.at)) {
    const character = text[cursor.at];
    if (character === undefined || (character === '\n' && end.length === 1))
      throw new NotALiteral();
    if (character !== '\\') {
      value += character;
      cursor.at++;
    } else if (isRaw) {
      value += text.slice(cursor.at, cursor.at + 2);
      cursor.at += 2;
    } else value += readEscape(cursor);
  }
  cursor.at += end.length;
  return value;
}

const ESCAPE = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{1,3})|([\s\S]))/y;
const SIMPLE: Readonly<Record<string, string>> = {
  ...{ n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', a: '\x07' },
  ...{ '\\': '\\', "'": "'", '"': '"', '\n': '' },
};

function readEscape(cursor: Cursor): string {
  ESCAPE.lastIndex = cursor.at;
  const match = ESCAPE.exec(cursor.text);
  if (!match) throw new NotALiteral();
  cursor.at += match[0].length;
  const [whole, x, u, U, octal, simple = ''] = match;
  const hex = x ?? u ?? U;
  if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
  if (hex === undefined) return SIMPLE[simple] ?? whole;
  const code = Number.parseInt(hex, 16);
  if (code > 0x10ffff) throw new NotALiteral();
  return String.fromCodePoint(code);
}

function readName(cursor: Cursor): string | undefined {
  NAME.lastIndex = cursor.at;
  const name = NAME.exec(cursor.text)?.[0];
  if (name === undefined) return undefined;
  cursor.at += name.length;
  if (name.startsWith('set')) return '{}';
  return name === 'True' ? 'n1' : name === 'False' ? 'n0' : `v${name}`;
}

function readNumber(cursor: Cursor): string {
  NUMBER.lastIndex = cursor.at;
  const text = NUMBER.exec(cursor.text)?.[0];
  if (text === undefined) throw new NotALiteral();
  cursor.at += text.length;
  if (/[\w.]/.test(cursor.text[cursor.at] ?? '')) throw new NotALiteral();
  const digits = text.replaceAll('_', '').replace(/^\+/, '');
  const isInteger = /^-?(?:0[xob][\da-f]+|\d+)$/i.test(digits);
  if (!isInteger) return numberForm(Number(digits));
  const magnitude = BigInt(digits.replace('-', ''));
  return `n${digits.startsWith('-') && magnitude !== 0n ? '-' : ''}${magnitude}`;
}

/** Whole numbers look alike whether they were written as integers or not. */
function numberForm(value: number): string {
  return `n${Number.isInteger(value) ? BigInt(value) : value}`;
}

function take(cursor: Cursor, character: string): boolean {
  skipSpace(cursor);
  if (cursor.text[cursor.at] !== character) return false;
  cursor.at++;
  return true;
}

function skipSpace(cursor: Cursor): void {
  while (/\s/.test(cursor.text[cursor.at] ?? '')) cursor.at++;
}
