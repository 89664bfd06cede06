// Serves a gateway in a process of its own: `gateway-process.ts <configuration>`. Says
// `listening <url>` on standard output, and `closed <cpu>` when it has shut down, with the
// milliseconds of CPU time since the start.

import cluster from 'node:cluster';
import { serveGateway } from '../src/node.js';
import { sampleRouter } from './sample-router.js';

const [configuration] = process.argv.slice(2);
if (configuration === undefined) throw new Error('Give the path of a configuration.');
const { url, closed } = await serveGateway({
  configuration,
  loadRouter: async () => sampleRouter(),
});
const start = process.cpuUsage();
// With server.workers, the first process speaks for all.
if (cluster.isPrimary) console.log(`listening ${url}`);
await closed;
const { user, system } = process.cpuUsage(start);
console.log(`closed ${(user + system) / 1000}`);
