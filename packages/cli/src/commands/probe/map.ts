import { formatTable } from '@embedllm/internals';
import { Option } from 'commander';
import { type AddCommand, defineCommand } from '../../program/define-command.js';
import { seed } from '../../program/option-types.js';
import type { MapOptions } from './options.js';
import { addVectorOptions } from './vector-options.js';

/** `embedllm probe map`. */
export const map: AddCommand = defineCommand<MapOptions>({
  name: 'map',
  summary: 'a two-dimensional map of the models',
  examples: [
    { command: 'probe map --output map.svg', meaning: 'principal components, as an SVG' },
    { command: 'probe map --method umap --part factors --json', meaning: 'coordinates by UMAP' },
  ],
  options: (command) => {
    addVectorOptions(command)
      .addOption(
        new Option('--method <method>', 'seed of the map').choices(['pca', 'umap']).default('pca'),
      )
      .option('--by <attribute>', 'attribute that sets the colours', 'family')
      .addOption(new Option('--seed <integer>', 'of UMAP').argParser(seed).default(0))
      .option('-o, --output <file>', 'SVG file to draw');
  },
  run: async (context, options) => {
    const { mapModels } = await import('./map-models.js');
    const { points, explained, output } = await mapModels(context, options);
    context.result({ method: options.method, part: options.part, explained, points, output }, () =>
      output === undefined
        ? formatTable(
            ['model', 'group', 'x', 'y'],
            points.map(({ name, group, x, y }) => [name, group ?? '', x.toFixed(3), y.toFixed(3)]),
          )
        : `Map: ${output}`,
    );
    return undefined;
  },
});
