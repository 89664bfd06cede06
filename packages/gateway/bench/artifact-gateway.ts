// Serves a built gateway with an artifact in a process of its own, as `embedllm serve` does:
// `artifact-gateway.ts <configuration>`. Says `listening <url>` when it is there, and
// `closed <cpu>` when it has shut down.

import cluster from 'node:cluster';
import { fromPretrained } from '@embedllm/core/node';
import { serveGateway } from '@embedllm/gateway/node';
import { restoreEncoder } from '@embedllm/question-encoder';
import { canEncodeInThread, encodeInThread } from '@embedllm/question-encoder/node';
import { Router } from '@embedllm/router';

const [configuration] = process.argv.slice(2);
if (configuration === undefined) throw new Error('Give the path of a configuration.');
const { url, closed } = await serveGateway({
  configuration,
  loadRouter: async ({ artifact = '' }) => {
    const read = await fromPretrained(artifact);
    const encoder = await restoreEncoder(read.encoder);
    return Router.fromArtifact(read, {
      encoder: canEncodeInThread(encoder) ? encodeInThread(encoder) : encoder,
    });
  },
});
const start = process.cpuUsage();
if (cluster.isPrimary) console.log(`listening ${url}`);
await closed;
const { user, system } = process.cpuUsage(start);
console.log(`closed ${(user + system) / 1000}`);
