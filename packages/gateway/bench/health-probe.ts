// Asks /healthz of a gateway every 5 ms on one connection, from a process of its own, so that whatever
// attacks the gateway does not hold up the clock: `health-probe.ts <url>`. On a line `mark` of its
// input it writes the longest wait since the last one, in milliseconds.
import { createInterface } from 'node:readline';
import { Pool } from 'undici';

const [url = ''] = process.argv.slice(2);
const pool = new Pool(url, { connections: 1, headersTimeout: 120_000 });
let worst = 0;
let begunAt: number | undefined;

createInterface({ input: process.stdin }).on('line', () => {
  // A wait that lasts still counts as long as it has lasted.
  const waiting = begunAt === undefined ? 0 : performance.now() - begunAt;
  console.log(`worst ${Math.max(worst, waiting)}`);
  worst = 0;
});
console.log('listening here');
for (;;) {
  begunAt = performance.now();
  try {
    const { body } = await pool.request({ path: '/healthz', method: 'GET' });
    await body.text();
    worst = Math.max(worst, performance.now() - begunAt);
  } catch {
    // A connection that was closed is opened again; what that takes counts.
    worst = Math.max(worst, performance.now() - begunAt);
  }
  begunAt = undefined;
  await new Promise((resolve) => setTimeout(resolve, 5));
}
