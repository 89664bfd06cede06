import { closingQuote } from './check-json.js';

/** The longest key that can be the one looked for, escapes included. */
const MAX_KEY = 256;

/**
 * Writes another text as the value of a member of an object, and leaves all else as it is: numbers
 * beyond 2^53, order, spaces. Where the key comes twice, both values are replaced.
 *
 * @param json - Valid JSON of an object whose member, where it is there, has a string as its value.
 */
export function replaceMember(json: string, key: string, value: string): string {
  const written = JSON.stringify(value);
  const pieces: string[] = [];
  let copied = 0;
  let depth = 0;
  let isKey = false;
  let isWanted = false;
  for (let at = 0; at < json.length; at++) {
    switch (json[at]) {
      case '{':
      case '[':
        depth++;
        isKey = depth === 1;
        break;
      case '}':
      case ']':
        depth--;
        break;
      case ',':
        isKey = depth === 1;
        break;
      case '"': {
        const end = closingQuote(json, at) + 1;
        if (depth === 1 && isKey) {
          isKey = false;
          isWanted = end - at <= MAX_KEY && JSON.parse(json.slice(at, end)) === key;
        } else if (depth === 1 && isWanted) {
          pieces.push(json.slice(copied, at), written);
          copied = end;
          isWanted = false;
        }
        at = end - 1;
        break;
      }
    }
  }
  return pieces.join('') + json.slice(copied);
}
