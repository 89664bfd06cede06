import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** What the command line says. */
export interface PrepareArguments {
  /** A folder of evaluation data; the sample in `examples/data` when left out. */
  readonly data: string | undefined;
  /** Where the page's data and the built page go. */
  readonly output: string;
  /** Of a split that the data does not fix, and of the encoder. */
  readonly seed: number;
  /** Terms of the encoder, which the page downloads. */
  readonly terms: number;
}

/** Where the user typed the command, which paths are relative to. */
const START_FOLDER = process.env.EMBEDLLM_START_FOLDER ?? process.env.INIT_CWD ?? process.cwd();

/** The example's own folder. */
export const EXAMPLE_FOLDER: string = resolve(import.meta.dirname, '../..');

const USAGE = `Usage: pnpm --filter @embedllm/example-explorer run start [options]

Prepares an artifact and figures, builds the page that shows them, and opens it once.

  --data FOLDER    evaluation data: questions.csv, responses.csv[.gz], and where present
                   models.csv, splits.csv (default: examples/data/mmlu-pro)
  --output FOLDER  for the data and the page (default: examples/explorer/output)
  --seed N         of the encoder, and of the split where the data fix none (default: 0)
  --terms N        most terms of the encoder; each adds 1 kB to the download (default: 2000)
  --help           this text
`;

/** Reads the command line; prints the usage and exits on --help and on mistakes. */
export function readArguments(): PrepareArguments {
  try {
    const { values } = parseArgs({
      // pnpm hands the separator on.
      args: process.argv.slice(2).filter((argument) => argument !== '--'),
      options: {
        data: { type: 'string' },
        output: { type: 'string' },
        seed: { type: 'string', default: '0' },
        terms: { type: 'string', default: '2000' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      console.log(USAGE);
      process.exit(0);
    }
    return {
      data: values.data === undefined ? undefined : resolve(START_FOLDER, values.data),
      output:
        values.output === undefined
          ? resolve(EXAMPLE_FOLDER, 'output')
          : resolve(START_FOLDER, values.output),
      seed: integer('--seed', values.seed, 0, 0xffffffff),
      terms: integer('--terms', values.terms, 100, 1_000_000),
    };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
    process.exit(2);
  }
}

function integer(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new Error(`${name} must be an integer from ${least} to ${most}, but is ${text}`);
}
