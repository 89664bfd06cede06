import { formatTable } from '@embedllm/internals';
import { Option } from 'commander';
import { type AddCommand, defineCommand } from '../../program/define-command.js';
import { integer } from '../../program/option-types.js';
import type { NearestOptions } from './options.js';
import { addVectorOptions } from './vector-options.js';

/** `embedllm probe nearest`. */
export const nearest: AddCommand = defineCommand<NearestOptions>({
  name: 'nearest',
  summary: 'the models most like a given one',
  arguments: [['<model>', 'name of the model']],
  examples: [
    { command: 'probe nearest qwen-72b --count 3 --metric cosine', meaning: 'the three nearest' },
  ],
  options: (command) => {
    addVectorOptions(command).addOption(
      new Option('--count <integer>', 'how many').argParser(integer({ min: 1 })).default(5),
    );
  },
  run: async (context, { artifact, part, metric, count }, [name = '']) => {
    const { nearestModels } = await import('@embedllm/probes');
    const { openModel } = await import('./open-model.js');
    const { model } = await openModel(context, artifact);
    const neighbours = nearestModels({ model, name, part, metric, count });
    context.result({ model: name, part, metric, neighbours }, () =>
      formatTable(
        ['model', `${metric} distance`],
        neighbours.map((neighbour) => [neighbour.name, neighbour.distance.toFixed(4)]),
      ),
    );
    return undefined;
  },
});
