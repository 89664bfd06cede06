import { Option } from 'commander';
import { addArtifactOptions } from '../../inputs/artifact-options.js';
import { addDataOptions } from '../../inputs/data-options.js';
import { addPriceOption } from '../../inputs/price-list.js';
import { splitPart } from '../../inputs/split-parts.js';
import { addVerdictFileOptions } from '../../output/verdict-file-options.js';
import { type AddCommand, defineCommand } from '../../program/define-command.js';
import { exitCodeOfVerdicts } from '../../program/exit-code.js';
import { UsageError } from '../../program/failure.js';
import { integer, number, texts } from '../../program/option-types.js';
import { addObjectiveOptions } from '../route/policy-options.js';
import type { EvaluateOptions } from './options.js';

/** `embedllm evaluate`. */
export const evaluate: AddCommand = defineCommand<EvaluateOptions>({
  name: 'evaluate',
  summary: 'measure an artifact on questions with known answers',
  details:
    'Prints accuracy, AUROC, Brier score, log loss (nats), calibration error (ECE) of the predicted ' +
    'probabilities, and the accuracy of routing compared with category means, the single best model, a ' +
    'random one and the oracle, with the paired difference to the single best and its 95% ' +
    'interval. The single best is chosen among the models that were asked at least 95% of the ' +
    'training questions. With --log it estimates what a policy would have achieved on the decisions ' +
    'that a gateway logged, if these explored (routing.policy.explore).',
  examples: [
    {
      command: 'evaluate --log decisions.jsonl --policy utility --lambda 5',
      meaning: 'what another policy would have achieved on logged traffic',
    },
    { command: 'evaluate', meaning: 'artifact/ on the test questions of dataset/' },
    {
      command: 'evaluate --split validation --by-category --json',
      meaning: 'on validation, in detail',
    },
    {
      command: "evaluate --require 'auroc>=0.8' --require 'logLoss<=0.5'",
      meaning: 'a CI gate: exit code 1 if a metric is worse, 5 if there are too few questions',
    },
  ],
  options: (command) => {
    addPriceOption(addArtifactOptions(addDataOptions(command)))
      .addOption(
        new Option('--split <part>', 'which questions: train, validation, test or all')
          .argParser(splitPart)
          .default('test'),
      )
      .option('--by-category', 'also report each category')
      .option('--embeddings <file>', 'vectors of the questions, from encode or .npy')
      .addOption(
        new Option(
          '--typing-errors <share>',
          'also misspell this share of the words, such as 0.05, and count the questions that then go to another model',
        ).argParser(number({ min: 0, max: 1 })),
      )
      .addOption(
        new Option('--require <check>', 'such as auroc>=0.8; may be repeated').argParser(texts),
      )
      .addOption(
        new Option(
          '--min-questions <integer>',
          'labelled questions that --require needs (default: 20)',
        ).argParser(integer({ min: 0 })),
      );
    addVerdictFileOptions(command);
    command
      .option('--log <file>', "evaluate the policy on a gateway's decision log")
      .addOption(
        new Option(
          '--confidence <share>',
          'with --log: level of the intervals (default: 0.95)',
        ).argParser(number({ min: 0.5, max: 0.999 })),
      );
    addObjectiveOptions(command, undefined);
  },
  run: async (context, options) => {
    const suite = 'embedllm evaluate';
    const { writeVerdictFiles } = await import('../../output/verdict-files.js');
    if (options.log !== undefined) {
      const { evaluateLog } = await import('./evaluate-log.js');
      const { summary, text } = await evaluateLog(context, options, options.log);
      await writeVerdictFiles(context, options, {
        ...{ suite, verdicts: [] },
        markdown: `\`\`\`\n${text}\n\`\`\``,
      });
      context.result(summary, () => text);
      return;
    }
    assertNoPolicy(options);
    const { evaluateArtifact } = await import('./evaluate-artifact.js');
    const { summary, text } = await evaluateArtifact(context, options);
    await writeVerdictFiles(context, options, {
      suite,
      verdicts: summary.checks.map(({ check, ...rest }) => ({ name: check, ...rest })),
      markdown: `\`\`\`\n${text}\n\`\`\``,
    });
    context.result(summary, () => text);
    return exitCodeOfVerdicts(summary.checks);
  },
});

/** Without a log these options would say nothing. */
function assertNoPolicy(options: EvaluateOptions): void {
  const { policy, lambda, floor, prefer, margin, allow, deny, maxCost, confidence } = options;
  const given = { policy, lambda, floor, prefer, margin, allow, deny, maxCost, confidence };
  const [flag] = Object.entries(given).find(([, value]) => value !== undefined) ?? [];
  if (flag === undefined) return;
  throw new UsageError(`--${flag === 'maxCost' ? 'max-cost' : flag} requires --log FILE.`);
}
