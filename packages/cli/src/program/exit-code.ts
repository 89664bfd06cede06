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
  /** A gate cannot be decided yet: more answers are needed. */
  undecided: 5,
  /** A defect of this program. */
  internal: 70,
  /** Ctrl-C (SIGINT). */
  interrupted: 130,
  /** SIGTERM. */
  terminated: 143,
} as const;
