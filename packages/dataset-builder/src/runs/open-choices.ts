import {
  type Advice,
  advice,
  DataError,
  type DataLocation,
  describeLocation,
  type ErrorCode,
  type NamedOption,
  namedOption,
  type OptionValue,
} from '@embedllm/core';
import { shortName } from './model-names.js';

/** Something that only the reader of the logs can decide. */
export interface OpenChoice {
  /** What is unclear, and which option decides. */
  readonly message: Advice;
  readonly location: DataLocation;
  /** Options that would decide it, with values. */
  readonly suggested: Readonly<Record<string, OptionValue>>;
  readonly code?: ErrorCode | undefined;
}

/** Listed in a message at most. */
const LISTED = 20;

/** Collects what is unclear, so that all of it is said at once. */
export class OpenChoices {
  /** All logs that were found. */
  files: readonly string[] = [];
  readonly #choices = new Map<string, { choice: OpenChoice; count: number }>();

  /** @param key - Of the choice: each is listed once, however often it comes up. */
  add(key: string, choice: OpenChoice): void {
    const known = this.#choices.get(key);
    if (known === undefined) this.#choices.set(key, { choice, count: 1 });
    else known.count++;
  }

  /** What an option names a log by, without naming another. */
  nameOf(file: string): string {
    return shortName(file, this.files);
  }

  /**
   * Adds a file that cannot be read, which the reader may leave out.
   *
   * @throws the error itself where it is not about what the file holds.
   */
  addUnreadable(error: unknown, file: string): void {
    if (!(error instanceof DataError) || error.code === 'io') throw error;
    const place = describeLocation(error.location);
    const text = place === '' ? error.message : error.message.slice(place.length + 2);
    const name = this.nameOf(file);
    const message: Advice = { text, options: error.options ?? [] };
    this.add(`unreadable ${file}`, {
      message: advice`${message} To read the other logs, skip it with ${namedOption('skipFiles', [name])}.`,
      location: error.location,
      suggested: { skipFiles: [name] },
      code: error.code,
    });
  }

  /** @throws DataError naming all choices that are open, with the options that decide them. */
  assertNone(): void {
    const [first, ...others] = [...this.#choices.values()];
    if (first === undefined) return;
    const { choice } = first;
    if (others.length === 0) {
      throw new DataError(choice.message, {
        ...choice.location,
        code: choice.code ?? 'invalid-data',
      });
    }
    const open = [first, ...others];
    const lines = open.slice(0, LISTED).map(({ choice: { message, location }, count }) => {
      const more = count > 1 ? ` (And ${count - 1} more like it.)` : '';
      return advice`\n- ${describeLocation(location)}: ${message}${more}`;
    });
    const rest = open.length > LISTED ? `\n- and ${open.length - LISTED} more.` : '';
    throw new DataError(
      advice`these logs leave ${open.length} choices to you.${joined(lines)}${rest}\nThese options would settle them: ${joined(this.#suggestions(open.map((each) => each.choice)), ' ')}`,
      {},
    );
  }

  /** One option of each name, with all values that were suggested for it. */
  #suggestions(choices: readonly OpenChoice[]): Advice[] {
    const values = new Map<string, OptionValue>();
    for (const { suggested } of choices) {
      for (const [name, value] of Object.entries(suggested)) {
        const known = values.get(name);
        values.set(name, known === undefined ? value : together(known, value));
      }
    }
    return [...values].map(([name, value]) => advice`${namedOption(name, value)}`);
  }
}

function together(a: OptionValue, b: OptionValue): OptionValue {
  if (Array.isArray(a) && Array.isArray(b)) return [...new Set<string>([...a, ...b])];
  if (isRecord(a) && isRecord(b)) return { ...a, ...b };
  return a;
}

function isRecord(value: OptionValue): value is Readonly<Record<string, string>> {
  return typeof value === 'object' && !Array.isArray(value);
}

function joined(parts: readonly (Advice | NamedOption)[], separator = ''): Advice {
  return parts.reduce<Advice>(
    (text, part, index) => advice`${text}${index > 0 ? separator : ''}${part}`,
    advice``,
  );
}
