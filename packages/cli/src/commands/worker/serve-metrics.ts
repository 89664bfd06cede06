import { once } from 'node:events';
import { createServer } from 'node:http';
import { type ClusterWorker, formatWorkerMetrics } from '@embedllm/cluster';

/** The metrics of a worker on a port. */
export interface MetricsServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Answers `/metrics` for Prometheus, and `/healthz` while the process answers at all. */
export async function serveMetrics(worker: ClusterWorker, port: number): Promise<MetricsServer> {
  const server = createServer(({ url }, response) => {
    if (url === '/metrics') {
      response.setHeader('content-type', 'text/plain; version=0.0.4');
      response.end(formatWorkerMetrics(worker.status()));
    } else if (url === '/healthz') response.end('ok\n');
    else response.writeHead(404).end();
  });
  server.listen(port);
  await once(server, 'listening');
  const address = server.address();
  const taken = typeof address === 'object' && address ? address.port : port;
  return {
    url: `http://127.0.0.1:${taken}/metrics`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
