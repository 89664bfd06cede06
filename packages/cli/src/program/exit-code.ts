/** What the status of the process means. */
export const EXIT_CODES = {
  /** Done, and every check holds. */
  ok: 0,
  /** A check that was asked for does not hold: a gate failed, a model is not what it claims. */
  checkFailed: 1,
  /** The command line or the configuration is wrong. */
  usage: 2,
  /** An input is missing, malformed or contradictory, or a file cannot be read or written. */
  data: 3,
  /** An optional package is missing, or this machine lacks what was asked for. */
  environment: 4,
  /** A check cannot be decided: there are too few answers, or they do not give its figure. */
  undecided: 5,
  /** A defect of this program. */
  internal: 70,
  /** Ctrl-C (SIGINT). */
  interrupted: 130,
  /** The reader of standard output closed it, as `head` does: 128 and the number of SIGPIPE. */
  pipeClosed: 141,
  /** SIGTERM. */
  terminated: 143,
} as const;

/** The same in the words of the help and of the README. */
export const EXIT_CODE_TABLE: readonly { readonly code: number; readonly meaning: string }[] = [
  { code: EXIT_CODES.ok, meaning: 'ok, and every check passed' },
  { code: EXIT_CODES.checkFailed, meaning: 'a check failed' },
  { code: EXIT_CODES.usage, meaning: 'wrong usage or configuration' },
  {
    code: EXIT_CODES.data,
    meaning: 'bad input, or a file or the output cannot be read or written',
  },
  { code: EXIT_CODES.environment, meaning: 'missing package or environment' },
  { code: EXIT_CODES.undecided, meaning: 'a check is undecided' },
  { code: EXIT_CODES.internal, meaning: 'a bug in embedllm' },
  { code: EXIT_CODES.interrupted, meaning: 'interrupted (Ctrl-C)' },
  { code: EXIT_CODES.pipeClosed, meaning: 'the reader closed the output' },
  { code: EXIT_CODES.terminated, meaning: 'terminated' },
];

/** The status after checks: failed where one failed, else undecided where one is. */
export function exitCodeOfVerdicts(
  checks: readonly { readonly verdict: 'pass' | 'fail' | 'undecided' }[],
): number {
  const has = (verdict: string): boolean => checks.some((check) => check.verdict === verdict);
  if (has('fail')) return EXIT_CODES.checkFailed;
  return has('undecided') ? EXIT_CODES.undecided : EXIT_CODES.ok;
}
