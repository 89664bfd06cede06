// A worker in a process of its own, for tests that kill it. Settings come as JSON in WORKER.
import { openObjectStore } from '@embedllm/cluster/storage';
import { restoreEncoder } from '@embedllm/question-encoder';

// Of another version, where a test says so.
const { startWorker } = await import(process.env.WORKER_MODULE ?? '@embedllm/cluster');
const { redis, storage: address, encodeMs = 0, ...options } = JSON.parse(process.env.WORKER);
const storage = await openObjectStore(address);
const worker = await startWorker({
  ...{ redis, storage },
  ...options,
  onNotice: (text) => console.log(`notice ${text}`),
  onError: (error) => console.log(`error ${error.message}`),
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
