import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** What the command line says. */
export interface ReproductionArguments {
  /** A folder of evaluation data; ZeroEval, or else the sample in `examples/data`, when left out. */
  readonly data: string | undefined;
  /** Whether to run the published training as well, and more permutations. */
  readonly isFull: boolean;
}

/** Reads `--data FOLDER` and `--full`. */
export function readArguments(): ReproductionArguments {
  const { values } = parseArgs({
    // Both `npm run` and `pnpm run` may hand the separator on.
    args: process.argv.slice(2).filter((argument) => argument !== '--'),
    options: { data: { type: 'string' }, full: { type: 'boolean', default: false } },
  });
  return {
    data: values.data === undefined ? undefined : resolve(process.env.INIT_CWD ?? '.', values.data),
    isFull: values.full,
  };
}
