/**
 * When two answers say the same: by a key of each, such as the letter of a choice, or by comparing them.
 * A key of null means that there is not an answer; it agrees with nothing.
 */
export type AnswerRule =
  | {
      /** What an answer says, such as the letter of a choice. */
      readonly key: (answer: string) => string | null;
    }
  | {
      /** Whether two answers say the same. */
      readonly same: (first: string, second: string) => boolean | Promise<boolean>;
    };

/** Whether answers say the same: all keys are one, or each answer is the same as the first. */
export async function doAgree(rule: AnswerRule, answers: readonly string[]): Promise<boolean> {
  const [first = '', ...others] = answers;
  if ('key' in rule) {
    const key = rule.key(first);
    return key !== null && others.every((other) => rule.key(other) === key);
  }
  for (const other of others) if (!(await rule.same(first, other))) return false;
  return true;
}
