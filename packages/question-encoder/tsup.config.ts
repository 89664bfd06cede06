import { defineConfig } from 'tsup';
import { libraryBuild } from '../../tsup.base.js';

export default defineConfig(
  libraryBuild([
    'src/index.ts',
    'src/encode-thread.ts',
    'src/endpoint.ts',
    'src/node.ts',
    'src/testing.ts',
    'src/transformers.ts',
  ]),
);
