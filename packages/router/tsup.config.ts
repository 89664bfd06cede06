import { defineConfig } from 'tsup';
import { libraryBuild } from '../../tsup.base.js';

export default defineConfig(
  libraryBuild([
    'src/index.ts',
    'src/guarantee/index.ts',
    'src/evaluation/index.ts',
    'src/learning/index.ts',
    'src/portfolio/index.ts',
    'src/budget/index.ts',
    'src/cascade/index.ts',
    'src/sessions/index.ts',
    'src/settings/index.ts',
    'src/ai-sdk.ts',
  ]),
);
