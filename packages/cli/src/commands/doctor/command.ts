import { Option } from 'commander';
import { type AddCommand, defineCommand } from '../../program/define-command.js';
import { EXIT_CODES } from '../../program/exit-code.js';
import { names } from '../../program/option-types.js';
import type { DoctorOptions } from './options.js';

/** `embedllm doctor`. */
export const doctor: AddCommand = defineCommand<DoctorOptions>({
  name: 'doctor',
  summary: 'try which engines, encoders and optional packages work here',
  details:
    'Each is loaded and does a small computation whose result is checked; what does not work comes ' +
    'with what to install. Exit code 4 when one that --require names does not work.',
  examples: [
    { command: 'doctor', meaning: 'all of it' },
    { command: 'doctor --require onnxruntime,duckdb --json', meaning: 'a check for CI' },
  ],
  options: (command) => {
    command
      .addOption(new Option('--require <names>', 'checks that must work').argParser(names))
      .addOption(new Option('--only <names>', 'make only these checks').argParser(names));
  },
  run: async (context, options) => {
    const { examine } = await import('./examine.js');
    const { summary, text } = await examine(context, options);
    context.result(summary, () => text);
    return summary.missing.length > 0 ? EXIT_CODES.environment : EXIT_CODES.ok;
  },
});
