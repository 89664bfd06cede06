import { Option } from 'commander';
import { type AddCommand, defineCommand } from '../../program/define-command.js';
import { names, number } from '../../program/option-types.js';
import { type CascadeCommandOptions, KEYS } from './options.js';

/** `embedllm cascade`. */
export const cascade: AddCommand = defineCommand<CascadeCommandOptions>({
  name: 'cascade',
  summary:
    'find out whether it pays to ask cheap models first and a better one where they disagree',
  details:
    'Reads a record of collect with the answers of all models to the same questions, and compares them as ' +
    'routing.cascades of the gateway would. Says how often the cheap models agree, what the cascade costs ' +
    'as a share of the better model alone, how its quality differs, with a 95% interval, and whether it ' +
    'can be certified to keep a share of that quality.',
  arguments: [['<record>', 'answers of all models: the record of collect']],
  examples: [
    {
      command: 'cascade answers.jsonl --ask small,other --escalate large',
      meaning: 'two models, which have to agree',
    },
    {
      command: 'cascade answers.jsonl --ask small,other,third --escalate large --agree majority',
      meaning: 'a vote of three',
    },
  ],
  options: (command) => {
    command
      .addOption(new Option('--ask <names>', 'models that are asked first').argParser(names))
      .option('--escalate <name>', 'the model that answers where they disagree')
      .addOption(
        new Option(
          '--key <key>',
          'what answers are compared by (default: choice or number where the record is scored by that, else text)',
        ).choices(KEYS),
      )
      .option('--pattern <regex>', 'with --key regex: its last match is compared')
      .addOption(
        new Option('--agree <how many>', 'of the models have to say the same')
          .choices(['all', 'majority'])
          .default('all'),
      )
      .addOption(
        new Option('--share <share>', "of the better model's quality to keep")
          .argParser(number({ min: 0.01, max: 1 }))
          .default(0.95),
      )
      .addOption(
        new Option('--confidence <share>', 'how sure to be of that')
          .argParser(number({ min: 0.5, max: 0.999 }))
          .default(0.9),
      );
  },
  run: async (context, options, [record = '']) => {
    const { judgeCascade } = await import('./judge-cascade.js');
    const { summary, text } = await judgeCascade(context, options, record);
    context.result(summary, () => text);
    return undefined;
  },
});
