import type { ModelServer } from '@embedllm/dataset-builder/collect';
import { stringify } from 'yaml';

/** A model, and the server that answers for it. */
export interface ServedModel {
  readonly name: string;
  readonly server: ModelServer;
}

/** The configuration of a gateway that routes among models; checked by the gateway when it starts. */
export function gatewayFile(models: readonly ServedModel[]): string {
  const upstreams = new Map<string, Omit<ModelServer, 'modelId' | 'vendor'>>();
  const entries = models.map(({ name, server }) => {
    const { vendor, modelId, ...upstream } = server;
    const at = JSON.stringify(upstream);
    const known = [...upstreams].find(([, other]) => JSON.stringify(other) === at)?.[0];
    const key = known ?? nameFor(vendor, upstreams);
    upstreams.set(key, upstream);
    return [name, { upstream: key, ...(modelId !== name && { model: modelId }) }] as const;
  });
  const configuration = {
    server: { host: '127.0.0.1', port: 8080 },
    artifact: './artifact',
    upstreams: Object.fromEntries(upstreams),
    models: Object.fromEntries(entries),
  };
  return `# Serve with: embedllm serve gateway.yaml\n# Before exposing it beyond this machine, set authentication.keys.\n${stringify(configuration)}`;
}

function nameFor(vendor: string, taken: ReadonlyMap<string, unknown>): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? vendor : `${vendor}-${number}`;
    if (!taken.has(name)) return name;
  }
}
