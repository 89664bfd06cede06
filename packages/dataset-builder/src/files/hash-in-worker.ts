import { Worker } from 'node:worker_threads';
import { readError } from './read-error.js';

/**
 * What the thread runs. Source text rather than a file, so that it is there however this package
 * is bundled.
 */
const SOURCE = `
const { createHash } = require('node:crypto');
const { closeSync, openSync, readSync } = require('node:fs');
const { parentPort, workerData } = require('node:worker_threads');
const file = openSync(workerData, 'r');
const hash = createHash('sha256');
const buffer = Buffer.allocUnsafeSlow(1 << 18);
for (let count; (count = readSync(file, buffer, 0, buffer.length, null)) > 0; ) {
  hash.update(buffer.subarray(0, count));
}
closeSync(file);
parentPort.postMessage(hash.digest('hex'));
`;

/** A hash that is being computed. */
export interface RunningHash {
  /** SHA-256 of the file in hexadecimal. @throws DataError `io` when it cannot be read. */
  readonly sha256: Promise<string>;
  /** Ends the thread, whether it is done or not. */
  stop(): Promise<void>;
}

/** Hashes a file in a thread of its own, so that hashing and parsing take one core each. */
export function hashInWorker(file: string): RunningHash {
  const worker = new Worker(SOURCE, { eval: true, workerData: file });
  const sha256 = new Promise<string>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', (error) => reject(readError(file, error)));
    worker.once('exit', () => reject(readError(file, new Error('hashing was stopped'))));
  });
  // It is awaited after the parsing, which may fail first.
  sha256.catch(() => {});
  return {
    sha256,
    async stop() {
      await worker.terminate();
    },
  };
}
