import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadPeer } from '../load-peer.js';
import type { S3Credentials } from '../storage/s3-store.js';

/** An S3 server of one test. */
export interface S3Server {
  /** Of an empty bucket, with the endpoint: what `openObjectStore` takes. */
  readonly address: string;
  readonly credentials: S3Credentials;
  /** The credentials as environment variables, for other processes. */
  readonly env: Readonly<Record<string, string>>;
  /** Ends it and removes its files. */
  stop(): Promise<void>;
}

const BUCKET = 'embedllm';
const KEY = 'S3RVER';

/**
 * Starts s3rver on a free port of this machine, in this process.
 *
 * @throws EmbedLLMError `missing-dependency` without `s3rver`.
 */
export async function startS3(): Promise<S3Server> {
  const { default: S3rver } = await loadPeer('s3rver', 'An S3 server for tests', () => {
    return import('s3rver');
  });
  const directory = await mkdtemp(join(tmpdir(), 'embedllm-s3-'));
  const server = new S3rver({
    ...{ directory, address: '127.0.0.1', port: 0, silent: true, resetOnClose: true },
    // An IP address is not the name of a bucket.
    vhostBuckets: false,
    configureBuckets: [{ name: BUCKET, configs: [] }],
  });
  const { port } = await server.run();
  return {
    address: `s3://${BUCKET}/test?endpoint=http://127.0.0.1:${port}`,
    credentials: { accessKeyId: KEY, secretAccessKey: KEY },
    env: {
      AWS_ACCESS_KEY_ID: KEY,
      AWS_SECRET_ACCESS_KEY: KEY,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    },
    async stop() {
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
