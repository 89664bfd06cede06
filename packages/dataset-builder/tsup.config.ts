import { defineConfig } from 'tsup';
import { libraryBuild } from '../../tsup.base.js';

export default defineConfig(
  libraryBuild([
    'src/index.ts',
    'src/store.ts',
    'src/hub.ts',
    'src/collect.ts',
    'src/scan-worker.ts',
    'src/javascript-worker.ts',
  ]),
);
