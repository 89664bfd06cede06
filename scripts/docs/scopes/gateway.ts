// What a gateway needs next to the pool: its settings, and providers that answer.

import { writeFileSync } from 'node:fs';
import './network.js';

export const settings = {
  upstreams: { local: { baseURL: 'http://127.0.0.1:8000/v1' } },
  models: { 'qwen2.5-7b': { upstream: 'local' } },
};

// Any port that is free. JSON is YAML too.
writeFileSync(
  'gateway.yaml',
  JSON.stringify({ artifact: './artifact', server: { port: 0 }, ...settings }),
);
