import { DataError, type DataLocation } from '@embedllm/internals';

/** Levels of nesting beyond which a document is refused. */
const MAX_DEPTH = 64;

/** Options of `parseJson`. */
export interface ParseJsonOptions {
  /** Where the bytes came from, for error messages. */
  readonly file?: string | undefined;
  /** Which part of the file they are, for error messages. */
  readonly field?: string | undefined;
  /**
   * Accepts keys named `__proto__`. Only for callers that move all keys into a `Map`.
   *
   * @default false
   */
  readonly allowProtoKey?: boolean | undefined;
}

/**
 * Parses JSON that may be hostile: it must be valid UTF-8, no object may repeat a key (where
 * `JSON.parse` silently keeps the last), and nesting ends at 64 levels.
 *
 * @throws DataError `invalid-data`.
 */
export function parseJson(bytes: Uint8Array, options: ParseJsonOptions = {}): unknown {
  const location: DataLocation = { file: options.file, field: options.field };
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new DataError('Not valid UTF-8 text.', { ...location, cause });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new DataError('Not valid JSON.', { ...location, cause });
  }
  assertUnambiguous(text, location, options.allowProtoKey ?? false);
  return value;
}

/** Walks over text that is known to be valid JSON. */
function assertUnambiguous(text: string, location: DataLocation, allowProtoKey: boolean): void {
  /** The keys of each object that is open, from the outside in; `undefined` for an array. */
  const open: Array<Set<string> | undefined> = [];
  let atKey = false;
  for (let index = 0; index < text.length; index++) {
    switch (text[index]) {
      case '{':
      case '[':
        open.push(text[index] === '{' ? new Set() : undefined);
        atKey = true;
        if (open.length > MAX_DEPTH) {
          throw new DataError(
            `The JSON must not be nested deeper than ${MAX_DEPTH} levels.`,
            location,
          );
        }
        break;
      case '}':
      case ']':
        open.pop();
        break;
      case ',':
        atKey = true;
        break;
      case '"': {
        const end = endOfString(text, index);
        const keys = open.at(-1);
        if (keys && atKey) {
          const raw = text.slice(index, end + 1);
          const key = raw.includes('\\') ? String(JSON.parse(raw)) : raw.slice(1, -1);
          if (keys.has(key)) {
            throw new DataError(`The key ${JSON.stringify(key)} occurs twice.`, location);
          }
          if (key === '__proto__' && !allowProtoKey) {
            throw new DataError('The key "__proto__" is not allowed.', location);
          }
          keys.add(key);
          atKey = false;
        }
        index = end;
        break;
      }
    }
  }
}

/** Index of the quote that closes the string opened at `start`. */
function endOfString(text: string, start: number): number {
  let index = start + 1;
  while (text[index] !== '"') index += text[index] === '\\' ? 2 : 1;
  return index;
}
