// Writes a little, more than the process may, and a little again; run under a limit on file sizes.
import { openDiskCache } from '../../src/node.js';

// The signal that the limit sends would end the process before the write could fail.
process.on('SIGXFSZ', () => {});
const keyOf = (i: number): string => i.toString(16).padStart(64, '0');
const cache = await openDiskCache(process.argv[2] as string);
await cache.set(new Map([[keyOf(0), new Float32Array(10)]]));
await cache
  .set(new Map([[keyOf(1), new Float32Array(65_536)]]))
  .catch((error: { code: string }) => console.log(`write failed: ${error.code}`));
await cache.set(new Map([[keyOf(2), new Float32Array(10)]]));
await cache.close();
