import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

/** Where the deployment files are. */
export const DEPLOY: string = fileURLToPath(new URL('../../deploy', import.meta.url));

export function readDeployment(path: string): string {
  return readFileSync(`${DEPLOY}/${path}`, 'utf8');
}

export function readYaml<T>(path: string): T {
  return parse(readDeployment(path)) as T;
}

/** The environment in which every key of a deployment is set. */
export const KEYS = {
  GATEWAY_KEY: 'key-of-the-app-0123456789',
  OPERATOR_KEY: 'key-of-the-operator-0123456789',
  OPENAI_API_KEY: 'key-of-openai-0123456789',
} as const;

/** What the files agree on. */
export const PORT = 8080;
export const CONFIGURATION = '/etc/embedllm/gateway.yaml';
export const STATE = '/var/lib/embedllm';
