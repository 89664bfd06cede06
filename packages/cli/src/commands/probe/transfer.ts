import { figure, formatTable } from '@embedllm/internals';
import { type AddCommand, defineCommand } from '../../program/define-command.js';
import { addTrainingOptions, type TransferOptions } from './training-options.js';

/** `embedllm probe transfer`. */
export const transfer: AddCommand = defineCommand<TransferOptions>({
  name: 'transfer',
  summary: 'does one benchmark predict another?',
  details: 'Trains on each benchmark alone and tests on the test questions of every benchmark.',
  examples: [{ command: 'probe transfer --output transfer.svg', meaning: 'with a drawing' }],
  options: (command) => {
    addTrainingOptions(command, true);
  },
  run: async (context, options) => {
    const { transferMatrix } = await import('@embedllm/probes');
    const { withTrainingProbe } = await import('./training-probe.js');
    const result = await withTrainingProbe(context, options, 'transfer', transferMatrix);
    const { cells, benchmarks } = result;
    if (options.output !== undefined) {
      const { plotMatrix } = await import('@embedllm/probes/plot');
      const { replaceFile } = await import('../../output/replace-file.js');
      const drawn = cells.map(({ from: row, to: column, auroc: value }) => ({
        row,
        column,
        value,
      }));
      const svg = await plotMatrix({ cells: drawn, valueLabel: 'AUROC', title: 'Test AUROC' });
      await replaceFile(context.path(options.output), svg);
    }
    context.result(result, () => {
      const rows = benchmarks.map((from) => [
        from,
        ...benchmarks.map((to) =>
          figure(cells.find((cell) => cell.from === from && cell.to === to)?.auroc),
        ),
      ]);
      return `AUROC on the test questions of\n${formatTable(['trained on', ...benchmarks], rows)}`;
    });
    return undefined;
  },
});
