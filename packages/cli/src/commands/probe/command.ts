import { type AddCommand, formatExamples } from '../../program/define-command.js';
import { ablate } from './ablate.js';
import { attribute } from './attribute.js';
import { dimensions } from './dimensions.js';
import { duplicates } from './duplicates.js';
import { groups } from './groups.js';
import { map } from './map.js';
import { nearest } from './nearest.js';
import { separate } from './separate.js';
import { sparsity } from './sparsity.js';
import { stability } from './stability.js';
import { transfer } from './transfer.js';
import { verify } from './verify.js';

const PROBES: readonly AddCommand[] = [
  nearest,
  map,
  groups,
  attribute,
  separate,
  duplicates,
  verify,
  transfer,
  ablate,
  sparsity,
  dimensions,
  stability,
];

/** `embedllm probe`, with a command for each probe. */
export const probe: AddCommand = (parent, execute, words) => {
  const command = parent
    .command('probe')
    .summary('probe model embeddings and the answers behind them')
    .description('Probes model embeddings and the answers they were learned from.')
    .addHelpText(
      'after',
      `\n${formatExamples([
        { command: 'probe nearest qwen-72b', meaning: 'the models most like this one' },
        { command: 'probe map --output map.svg', meaning: 'a map of the models' },
        { command: 'probe transfer --help', meaning: 'help for one probe' },
      ])}`,
    );
  for (const addProbe of PROBES) addProbe(command, execute, words);
};
