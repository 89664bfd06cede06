// Run as a process of its own by killed-import.slow.test.ts: imports a file and says when it is under way.
import { openEvaluationStore } from '../src/store.js';

const [, , store, good, large] = process.argv;
if (store === undefined || good === undefined || large === undefined) throw new Error('usage');
const opened = await openEvaluationStore(store, { threads: 1 });
await opened.importEmbedLLM({ responses: good });
await opened.importEmbedLLM({
  responses: large,
  onProgress({ phase }) {
    if (phase === 'import') process.stdout.write('importing\n');
  },
});
process.stdout.write('done\n');
