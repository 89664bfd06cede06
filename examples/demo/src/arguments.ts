import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** What the command line says. */
export interface DemoArguments {
  /** A folder of evaluation data; the sample of `examples/data` when left out. */
  readonly data: string | undefined;
  /** Where the artifact and the report go. */
  readonly output: string;
  /** Of a split that the data does not fix, and of the encoder. */
  readonly seed: number;
}

/** Where the user typed the command, which paths are relative to. */
export const START_FOLDER: string = process.env.EMBEDLLM_START_FOLDER ?? process.cwd();

const USAGE = `Usage: npm run demo -- [options]

From evaluation records to a router, compared with baselines.

  --data FOLDER    evaluation data: questions.csv, responses.csv[.gz], and where present
                   models.csv, splits.csv, embeddings.npy (default: examples/data/mmlu-pro)
  --output FOLDER  for the artifact and the report (default: examples/demo/output)
  --seed N         of the encoder, and of the split where the data fix none (default: 0)
  --help           this text
`;

/** Reads the command line; prints the usage and exits on --help and on mistakes. */
export function readArguments(): DemoArguments {
  try {
    const { values } = parseArgs({
      // Both `npm run` and `pnpm run` may hand the separator on.
      args: process.argv.slice(2).filter((argument) => argument !== '--'),
      options: {
        data: { type: 'string' },
        output: { type: 'string' },
        seed: { type: 'string', default: '0' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      console.log(USAGE);
      process.exit(0);
    }
    const seed = Number(values.seed);
    if (!/^\d+$/.test(values.seed) || seed > 0xffffffff) {
      throw new Error(`--seed must be an integer from 0 to ${0xffffffff}, but is ${values.seed}`);
    }
    return {
      data: values.data === undefined ? undefined : resolve(START_FOLDER, values.data),
      output:
        values.output === undefined ? resolve('output') : resolve(START_FOLDER, values.output),
      seed,
    };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
    process.exit(2);
  }
}
