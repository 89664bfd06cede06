import type { Command } from 'commander';

/** Where the verdicts of `--require` are also written. */
export interface VerdictFileOptions {
  /** File for the verdicts in the form of JUnit, which CI services show as tests. @default none */
  readonly junit?: string | undefined;
  /** File that the result is appended to as Markdown, such as `$GITHUB_STEP_SUMMARY`. @default none */
  readonly summary?: string | undefined;
}

/** Adds `--junit` and `--summary`. */
export function addVerdictFileOptions(command: Command): Command {
  return command
    .option('--junit <file>', 'also write the verdicts of --require as JUnit XML')
    .option(
      '--summary <file>',
      'also append the result as Markdown, such as to "$GITHUB_STEP_SUMMARY"',
    );
}
