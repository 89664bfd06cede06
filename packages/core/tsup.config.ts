import { defineConfig } from 'tsup';
import { libraryBuild } from '../../tsup.base.js';

export default defineConfig(
  libraryBuild([
    'src/index.ts',
    'src/linear-algebra/index.ts',
    'src/calibration/index.ts',
    'src/familiarity/index.ts',
    'src/node.ts',
    'src/torch/index.ts',
  ]),
);
