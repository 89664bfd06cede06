import { formatTable, percent } from '@embedllm/internals';
import { Option } from 'commander';
import { addColumnOptions, thresholdOption } from '../../inputs/column-options.js';
import { addDataOptions } from '../../inputs/data-options.js';
import { onConflictOption } from '../../inputs/log-options.js';
import { type AddCommand, defineCommand } from '../../program/define-command.js';
import { EXIT_CODES } from '../../program/exit-code.js';
import { integer, number } from '../../program/option-types.js';
import type { VerifyOptions } from './options.js';

const EXIT_CODE_BY_VERDICT = {
  consistent: EXIT_CODES.ok,
  different: EXIT_CODES.checkFailed,
  undecided: EXIT_CODES.undecided,
} as const;

/** `embedllm probe verify`. */
export const verify: AddCommand = defineCommand<VerifyOptions>({
  name: 'verify',
  summary: 'does an API serve the model it claims to?',
  details:
    'Exit code 1 if the answers come from another model, 5 if there are fewer than ' +
    '--min-answers answers.',
  arguments: [['<claimed>', 'name of the claimed model, in the dataset']],
  examples: [
    {
      command: 'probe verify qwen-72b --answers api.csv --rerun trusted.csv',
      meaning: 'compared with the stored labels and a trusted run',
    },
  ],
  options: (command) => {
    addColumnOptions(addDataOptions(command, thresholdOption()))
      .addOption(onConflictOption())
      .option(
        '--answers <file>',
        'scored answers of the API: a table as for build, or promptfoo results',
      )
      .option('--rerun <file>', 'the same, from a trusted run of the claimed model')
      .addOption(
        new Option(
          '--self-agreement <share>',
          'without a rerun: how often the model agrees with itself',
        ).argParser(number({ min: 0, max: 1 })),
      )
      .addOption(
        new Option('--level <probability>', 'accepted chance of a false alarm')
          .argParser(number({ min: 0, max: 1 }))
          .default(0.05),
      )
      .addOption(
        new Option(
          '--min-answers <integer>',
          'answers to questions with a stored label that "consistent" needs (default: 20)',
        ).argParser(integer({ min: 0 })),
      );
  },
  run: async (context, options, [claimed = '']) => {
    const { verifyAnswers } = await import('./verify-answers.js');
    const result = await verifyAnswers(context, options, claimed);
    context.result(result, () => {
      const tests = result.tests.map(({ test, pValue, detail }) => [
        test,
        pValue.toPrecision(2),
        detail,
      ]);
      const candidates = result.candidates
        .slice(0, 5)
        .map(({ name, agreement, claimedAgreement }) => [
          name,
          percent(agreement),
          percent(claimedAgreement),
        ]);
      return [
        `${result.verdict}: p ${result.pValue.toPrecision(2)} over ${result.questions} questions, agreement ${percent(result.agreement)}`,
        formatTable(['test', 'p', 'what was found'], tests),
        '',
        formatTable(['model', 'agreement', `of ${claimed}`], candidates),
      ].join('\n');
    });
    return EXIT_CODE_BY_VERDICT[result.verdict];
  },
});
