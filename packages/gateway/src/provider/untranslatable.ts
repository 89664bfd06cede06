/** What of a chat a vendor's protocol has no place for, so that the answer would be another one. */
export class UntranslatableError extends Error {
  readonly param: string;

  constructor(param: string, problem: string) {
    super(`\`${param}\` ${problem}`);
    this.name = 'UntranslatableError';
    this.param = param;
  }
}
