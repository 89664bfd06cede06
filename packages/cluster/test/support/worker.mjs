// A worker in a process of its own, for tests that kill it. Settings come as JSON in WORKER.
import { startWorker } from '@embedllm/cluster';
import { openObjectStore } from '@embedllm/cluster/storage';
import { restoreEncoder } from '@embedllm/question-encoder';

const { redis, storage: address, encodeMs = 0, ...options } = JSON.parse(process.env.WORKER);
const storage = await openObjectStore(address);
const worker = await startWorker({
  ...{ redis, storage },
  ...options,
  async openEncoder(record) {
    const encoder = await restoreEncoder(record);
    const encode = async (...given) => {
      console.log('encoding');
      await new Promise((resolve) => setTimeout(resolve, encodeMs));
      return encoder.encode(...given);
    };
    return { id: encoder.id, dimensions: encoder.dimensions, encode };
  },
});
process.once('SIGTERM', async () => {
  await worker.close();
  console.log('closed');
});
console.log('ready');
