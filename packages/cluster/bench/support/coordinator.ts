// A training in a process of its own, for scripts that kill it. Settings come as JSON in COORDINATOR.
import { once } from 'node:events';
import { connectCluster } from '@embedllm/cluster';
import { openObjectStore } from '@embedllm/cluster/storage';
import { createTypeScriptEngine, trainDirect } from '@embedllm/trainer';
import { hashOf, settings } from '../../test/support/problem.js';

const { redis, storage: address, id } = JSON.parse(process.env.COORDINATOR ?? '{}');
const storage = await openObjectStore(address);
const cluster = await connectCluster({ redis, storage });
const train = await cluster.training({ set: 'train/', id, engine: 'typescript' });
const training = await trainDirect({
  ...{ train, ...settings, engine: createTypeScriptEngine() },
  onProgress: ({ iteration }) => console.log(`round ${iteration}`),
});
console.log(`hash ${hashOf(training)}`);
console.log(`replayed ${train.rounds.replayed}`);
// Whoever started this looks at who holds what, then says so.
process.stdin.resume();
await once(process.stdin, 'data');
await train.finish();
await cluster.close();
process.exit(0);
