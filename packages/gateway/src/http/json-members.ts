import { closingQuote } from './check-json.js';

/** A member of an object as it stands in a JSON text. */
interface Member {
  readonly name: string;
  /** Where its value begins and ends. */
  readonly start: number;
  readonly end: number;
}

/**
 * Writes values of some members of an object, and leaves all else as it is: numbers beyond 2^53,
 * order, spaces. Where a name comes twice, both values are replaced; a member that is not there is
 * added.
 *
 * @param json - Valid JSON of an object with at least one member.
 */
export function withMembers(json: string, values: Readonly<Record<string, unknown>>): string {
  const missing = new Set(Object.keys(values));
  const pieces: string[] = [];
  let copied = 0;
  for (const { name, start, end } of members(json)) {
    if (!Object.hasOwn(values, name)) continue;
    missing.delete(name);
    pieces.push(json.slice(copied, start), JSON.stringify(values[name]));
    copied = end;
  }
  const closing = json.lastIndexOf('}');
  pieces.push(json.slice(copied, closing));
  for (const name of missing)
    pieces.push(`,${JSON.stringify(name)}:${JSON.stringify(values[name])}`);
  return pieces.join('') + json.slice(closing);
}

/** The names of an object's members, in order, those that come twice included. */
export function memberNames(json: string): string[] {
  return members(json).map(({ name }) => name);
}

function members(json: string): Member[] {
  const found: Member[] = [];
  let depth = 0;
  let name: string | undefined;
  let start = 0;
  const finish = (at: number): void => {
    if (name === undefined) return;
    let end = at;
    while (isSpace(json, end - 1)) end--;
    found.push({ name, start, end });
    name = undefined;
  };
  for (let at = 0; at < json.length; at++) {
    switch (json[at]) {
      case '{':
      case '[':
        depth++;
        break;
      case '}':
      case ']':
        depth--;
        if (depth === 0) finish(at);
        break;
      case ',':
        if (depth === 1) finish(at);
        break;
      case '"': {
        const end = closingQuote(json, at) + 1;
        if (depth === 1 && name === undefined) {
          name = String(JSON.parse(json.slice(at, end)));
          start = json.indexOf(':', end) + 1;
          while (isSpace(json, start)) start++;
        }
        at = end - 1;
        break;
      }
    }
  }
  return found;
}

function isSpace(text: string, at: number): boolean {
  const character = text[at];
  return character === ' ' || character === '\n' || character === '\r' || character === '\t';
}
