import { defineConfig } from 'tsup';
import { libraryBuild } from '../../tsup.base.js';

export default defineConfig(
  libraryBuild(['src/index.ts', 'src/gateway.ts', 'src/storage.ts', 'src/testing.ts']),
);
