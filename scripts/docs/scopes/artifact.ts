// The pool's artifact in the folders that the documentation names.
import { savePretrained } from '@embedllm/core/node';
import { artifact } from './pool.js';

for (const folder of ['artifact', 'artifacts/router', 'my-model']) {
  await savePretrained(folder, artifact);
}
await savePretrained('examples/demo/output/artifact', artifact);
