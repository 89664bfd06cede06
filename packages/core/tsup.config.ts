import { defineConfig } from 'tsup';
import { libraryBuild } from '../../tsup.base.js';

export default defineConfig(
  libraryBuild([
    'src/index.ts',
    'src/linear-algebra/index.ts',
    'src/calibration/index.ts',
    'src/familiarity/index.ts',
    'src/node.ts',
    // Not exported: keeps the model out of the chunk that reads artifacts, so that apps load that later.
    'src/model/factorization-model.ts',
    'src/pretrained/index.ts',
    'src/pretrained/node.ts',
    'src/torch/index.ts',
  ]),
);
