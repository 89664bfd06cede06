/**
 * When two answers say the same: by a key of each, such as the letter of a choice, or by comparing them.
 * A null or empty key counts as no answer. Missing and empty answers agree with nothing.
 */
export type AnswerRule =
  | {
      /** What an answer says, such as the letter of a choice. */
      readonly key: (answer: string) => string | null;
    }
  | {
      /** Whether two answers say the same; models may judge. */
      readonly same: (first: string, second: string) => boolean | Promise<boolean>;
    };

/** Answers that say the same. */
interface AnswerGroup {
  /** Places of its answers, in the order in which they came. */
  readonly places: number[];
  /** Its first answer, or the key of all. */
  readonly sign: string;
}

/** Sorts answers by what they say, as they come. */
export class AnswerGroups {
  readonly #rule: AnswerRule;
  readonly #groups: AnswerGroup[] = [];

  constructor(rule: AnswerRule) {
    this.#rule = rule;
  }

  /** Adds an answer; one that says nothing is left out. @throws what the rule throws. */
  async add(place: number, text: string): Promise<void> {
    const rule = this.#rule;
    const sign = 'key' in rule ? rule.key(text) : text;
    if (sign === null || sign.trim() === '') return;
    for (const group of this.#groups) {
      const isSame = 'key' in rule ? group.sign === sign : await rule.same(group.sign, sign);
      if (!isSame) continue;
      group.places.push(place);
      return;
    }
    this.#groups.push({ places: [place], sign });
  }

  /** The most answers that say the same, and the place of the first of them. */
  get largest(): { readonly votes: number; readonly place: number } {
    let best: readonly number[] = [];
    for (const { places } of this.#groups) if (places.length > best.length) best = places;
    return { votes: best.length, place: Math.min(...best) };
  }
}
