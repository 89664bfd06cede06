import { Option } from 'commander';
import { type ArtifactOptions, addArtifactOptions } from '../data/artifact-options.js';
import { addDataOptions, type DataOptions } from '../data/data-options.js';
import { SPLIT_PARTS, type SplitPart } from '../data/split-parts.js';
import { type AddCommand, defineCommand } from '../program/define-command.js';
import { EXIT_CODES } from '../program/exit-code.js';
import { texts } from '../program/option-types.js';

/** Options of `embedllm evaluate`. */
export interface EvaluateOptions extends DataOptions, ArtifactOptions {
  /** Which questions. @default 'test' */
  readonly split: SplitPart | 'all';
  /** Figures of each category too. @default false */
  readonly byCategory?: boolean | undefined;
  /** Vectors of the questions, from encode or .npy. @default the artifact's encoder makes them */
  readonly embeddings?: string | undefined;
  /** Checks such as `auroc>=0.8`; one that fails makes the exit code 1. @default none */
  readonly require?: readonly string[] | undefined;
}

/** `embedllm evaluate`. */
export const evaluate: AddCommand = defineCommand<EvaluateOptions>({
  name: 'evaluate',
  summary: 'measure an artifact on questions with known answers',
  details:
    'Prints accuracy, AUROC, Brier score, log loss (nats), calibration error (ECE) of the predicted ' +
    'probabilities, and the accuracy of routing next to category means, the single best model, a ' +
    'random one and the oracle, with the paired difference to the single best and its 95 % ' +
    'interval. The single best is chosen among the models that were asked at least 95 % of the ' +
    'training questions.',
  examples: [
    { command: 'evaluate', meaning: 'artifact/ on the test questions of dataset/' },
    { command: 'evaluate --split val --by-category --json', meaning: 'on validation, in detail' },
    {
      command: "evaluate --require 'auroc>=0.8' --require 'logLoss<=0.5'",
      meaning: 'a check for CI: exit code 1 when a figure is worse',
    },
  ],
  options: (command) => {
    addArtifactOptions(addDataOptions(command))
      .addOption(
        new Option('--split <part>', 'which questions')
          .choices([...SPLIT_PARTS, 'all'])
          .default('test'),
      )
      .option('--by-category', 'figures of each category too')
      .option('--embeddings <file>', 'vectors of the questions: from encode, or .npy')
      .addOption(
        new Option('--require <check>', 'such as auroc>=0.8; may be repeated').argParser(texts),
      );
  },
  run: async (context, options) => {
    const { evaluateArtifact } = await import('../evaluation/evaluate-artifact.js');
    const { summary, text } = await evaluateArtifact(context, options);
    context.result(summary, () => text);
    return summary.checks.every(({ holds }) => holds) ? EXIT_CODES.ok : EXIT_CODES.checkFailed;
  },
});
