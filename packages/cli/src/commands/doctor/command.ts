import { Option } from 'commander';
import { type AddCommand, defineCommand } from '../../program/define-command.js';
import { EXIT_CODES } from '../../program/exit-code.js';
import { names } from '../../program/option-types.js';
import type { DoctorOptions } from './options.js';

/** `embedllm doctor`. */
export const doctor: AddCommand = defineCommand<DoctorOptions>({
  name: 'doctor',
  summary: 'check which engines, encoders and optional packages work here',
  details:
    'Loads each and checks the result of a small computation; for what does not work, it says ' +
    'what to install. Exit code 4 if one named by --require does not work.',
  examples: [
    { command: 'doctor', meaning: 'everything' },
    { command: 'doctor --require onnxruntime,duckdb --json', meaning: 'a check for CI' },
  ],
  options: (command) => {
    command
      .addOption(new Option('--require <names>', 'checks that must work').argParser(names))
      .addOption(new Option('--only <names>', 'run only these checks').argParser(names));
  },
  run: async (context, options) => {
    const { examine } = await import('./examine.js');
    const { summary, text } = await examine(context, options);
    context.result(summary, () => text);
    return summary.missing.length > 0 ? EXIT_CODES.environment : EXIT_CODES.ok;
  },
});
