/** Something that may or may not work on this machine. */
export interface Check {
  /** For `--require` and `--only`. */
  readonly name: string;
  /** What it is for. */
  readonly purpose: string;
  /** What to do where it does not work. */
  readonly remedy: string;
  /**
   * Tries it: a small computation whose result is checked.
   *
   * @returns a few words about what was found, such as its version.
   * @throws when it does not work.
   */
  run(signal: AbortSignal): Promise<string>;
}

/** How a check went; plain JSON. */
export interface CheckResult {
  readonly name: string;
  readonly purpose: string;
  readonly works: boolean;
  /** What was found, or why it does not work. */
  readonly detail: string;
  /** What to do; left out where it works. */
  readonly remedy?: string;
  readonly milliseconds: number;
}

/**
 * Fails a check whose result is not what it must be.
 *
 * @throws Error when the difference is larger than rounding explains.
 */
export function assertClose(actual: ArrayLike<number>, expected: readonly number[]): void {
  const isClose =
    actual.length === expected.length &&
    expected.every(
      (value, index) =>
        Math.abs(value - (actual[index] ?? Number.NaN)) <= 1e-4 * (1 + Math.abs(value)),
    );
  if (isClose) return;
  throw new Error(
    `It computes ${JSON.stringify(Array.from(actual))} instead of ${JSON.stringify(expected)}.`,
  );
}
