/** What may come next. */
type Wanted = 'value' | 'first item' | 'key' | 'first key' | 'colon' | 'next';

const SPACE = /[ \t\n\r]*/y;
const TOKEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON texts have none.
  /[{}[\],:]|"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/**
 * Where a text that is not JSON stops being it, in words. The messages of `JSON.parse` say this in
 * some versions of Node, and for some mistakes. An example: "unexpected } at line 3, column 1".
 */
export function jsonFault(text: string): string {
  const open: string[] = [];
  let wanted: Wanted | undefined = 'value';
  let at = 0;
  for (;;) {
    SPACE.lastIndex = at;
    at += SPACE.exec(text)?.[0].length ?? 0;
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text)?.[0];
    wanted = token === undefined ? undefined : after(token, wanted, open);
    if (token === undefined || wanted === undefined) return describe(text, at);
    at += token.length;
  }
}

/** What may come after a token; `undefined` where the token may not be there. */
function after(token: string, wanted: Wanted, open: string[]): Wanted | undefined {
  const inner = open.at(-1);
  const takesValue = wanted === 'value' || wanted === 'first item';
  switch (token[0]) {
    case '{':
    case '[':
      if (!takesValue) return undefined;
      open.push(token);
      return token === '{' ? 'first key' : 'first item';
    case '}':
    case ']': {
      const [opening, first] = token === '}' ? ['{', 'first key'] : ['[', 'first item'];
      if (inner !== opening || (wanted !== 'next' && wanted !== first)) return undefined;
      open.pop();
      return 'next';
    }
    case ',':
      if (wanted !== 'next' || inner === undefined) return undefined;
      return inner === '{' ? 'key' : 'value';
    case ':':
      return wanted === 'colon' ? 'value' : undefined;
    case '"':
      if (wanted === 'key' || wanted === 'first key') return 'colon';
      return takesValue ? 'next' : undefined;
    default:
      return takesValue ? 'next' : undefined;
  }
}

function describe(text: string, at: number): string {
  const before = text.slice(0, at).split('\n');
  const place = `at line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
  const [found] = text.slice(at);
  if (found === undefined) return `it ends too early, ${place}`;
  return `unexpected ${/^[\p{L}\p{N}\p{P}\p{S}]$/u.test(found) ? found : 'character'} ${place}`;
}
