import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import { EmbedLLMError } from '@embedllm/core';
import { backoffMs, reasonOf, sleep } from '@embedllm/internals';
import { loadPeer } from '../load-peer.js';
import {
  assertKey,
  assertRange,
  missingObject,
  type ObjectStore,
  type StoredObject,
} from './object-store.js';

/** A key of an S3 account. */
export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** Options of S3 storage. */
export interface S3StoreOptions {
  readonly bucket: string;
  /** Put before every key, without slashes at its ends. @default none */
  readonly prefix?: string | undefined;
  /** Address of a server other than Amazon's. @default AWS_ENDPOINT_URL, else Amazon's */
  readonly endpoint?: string | undefined;
  /** @default AWS_REGION, else us-east-1 */
  readonly region?: string | undefined;
  /** @default what the SDK finds: environment, profile, or the role of the machine */
  readonly credentials?: S3Credentials | undefined;
  /** Called when the server asks for fewer requests, at most every 10 s. @default nothing */
  readonly onNotice?: ((text: string) => void) | undefined;
}

/** How long a server may refuse because it has too much to do, and the waits between tries. */
const BUSY_MS = 60_000;
const SAY_MS = 10_000;
const WAITS = { firstMs: 500, longestMs: 8000, jitter: 0.5 } as const;

/**
 * Objects of S3, or of a server that speaks its protocol.
 *
 * @throws EmbedLLMError `missing-dependency` without `@aws-sdk/client-s3`.
 */
export async function openS3Store(options: S3StoreOptions): Promise<ObjectStore> {
  const sdk = await loadPeer('@aws-sdk/client-s3', 'Storage at s3://', () => {
    return import('@aws-sdk/client-s3');
  });
  const { bucket: Bucket, prefix = '', onNotice = () => {} } = options;
  const root = prefix === '' ? '' : `${prefix}/`;
  const address = `s3://${Bucket}${prefix === '' ? '' : `/${prefix}`}`;
  const client: S3Client = new sdk.S3Client(clientSettings(options));
  const name = (key: string): string => {
    assertKey(key);
    return root + key;
  };
  let saidAt = Number.NEGATIVE_INFINITY;
  const attempt = async <T>(
    key: string,
    signal: AbortSignal | undefined,
    call: () => Promise<T>,
  ): Promise<T> => {
    const started = performance.now();
    for (let tries = 1; ; tries++) {
      try {
        return await call();
      } catch (cause) {
        signal?.throwIfAborted();
        if (isAbsent(cause)) throw missingObject(key, address, cause);
        if (!isBusy(cause)) {
          throw new EmbedLLMError(`${key} in ${address}: ${reasonOf(cause)}`, {
            code: 'io',
            cause,
          });
        }
        const seconds = (performance.now() - started) / 1000;
        const refusal = `${key} in ${address}: ${describeRefusal(cause)}`;
        if (1000 * seconds > BUSY_MS) {
          const text = `${refusal}, tried for ${seconds.toFixed(0)} s.`;
          throw new EmbedLLMError(text, { code: 'io', cause });
        }
        if (performance.now() - saidAt > SAY_MS) {
          saidAt = performance.now();
          onNotice(`${refusal}. Trying again for up to ${BUSY_MS / 1000} s.`);
        }
        await sleep(backoffMs(tries, WAITS), signal);
      }
    }
  };
  return {
    address,
    async get(key, { range, signal } = {}) {
      if (range) assertRange(range);
      const Range = range && `bytes=${range.start}-${range.end - 1}`;
      const command = new sdk.GetObjectCommand({ Bucket, Key: name(key), Range });
      const read = async (): Promise<Uint8Array> => {
        const { Body } = await client.send(command, sending(signal));
        return (await Body?.transformToByteArray()) ?? new Uint8Array();
      };
      return attempt(key, signal, read);
    },
    async size(key, { signal } = {}) {
      const command = new sdk.HeadObjectCommand({ Bucket, Key: name(key) });
      const look = () =>
        client.send(command, sending(signal)).catch((cause: unknown) => {
          if (isAbsent(cause)) return undefined;
          throw cause;
        });
      return (await attempt(key, signal, look))?.ContentLength;
    },
    async put(key, bytes, { signal } = {}) {
      const command = new sdk.PutObjectCommand({ Bucket, Key: name(key), Body: bytes });
      await attempt(key, signal, () => client.send(command, sending(signal)));
    },
    async *list(prefixOfKeys, { signal } = {}): AsyncGenerator<StoredObject> {
      let ContinuationToken: string | undefined;
      do {
        const Prefix = root + prefixOfKeys;
        const command = new sdk.ListObjectsV2Command({ Bucket, Prefix, ContinuationToken });
        const page = await attempt(prefixOfKeys, signal, () =>
          client.send(command, sending(signal)),
        );
        for (const { Key = '', Size = 0, LastModified } of page.Contents ?? []) {
          const writtenAt = LastModified?.getTime() ?? Date.now();
          yield { key: Key.slice(root.length), bytes: Size, writtenAt };
        }
        ContinuationToken = page.IsTruncated ? page.NextContinuationToken : undefined;
      } while (ContinuationToken !== undefined);
    },
    async delete(key, { signal } = {}) {
      const command = new sdk.DeleteObjectCommand({ Bucket, Key: name(key) });
      await attempt(key, signal, () => client.send(command, sending(signal)));
    },
    async close() {
      client.destroy();
    },
  };
}

function clientSettings({ endpoint, region, credentials }: S3StoreOptions): S3ClientConfig {
  const address = endpoint ?? process.env.AWS_ENDPOINT_URL;
  return {
    region: region ?? process.env.AWS_REGION ?? 'us-east-1',
    // Other servers take neither bucket names as host names nor checksums at the end of a body.
    ...(address !== undefined && { endpoint: address, forcePathStyle: true }),
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...(credentials && { credentials: awsCredentials(credentials) }),
  };
}

function awsCredentials({ accessKeyId, secretAccessKey, sessionToken }: S3Credentials) {
  return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
}

function sending(signal: AbortSignal | undefined): { abortSignal?: AbortSignal } {
  return signal ? { abortSignal: signal } : {};
}

function isAbsent(cause: unknown): boolean {
  return cause instanceof Error && ['NoSuchKey', 'NotFound'].includes(cause.name);
}

/** Whether a server asks to be asked later: 429, or 503 as `SlowDown`. */
function isBusy(cause: unknown): boolean {
  return [429, 503].includes(statusOf(cause) ?? 0);
}

function statusOf(cause: unknown): number | undefined {
  const found: unknown = Reflect.get(Object(cause), '$metadata');
  const status: unknown = Reflect.get(Object(found), 'httpStatusCode');
  return typeof status === 'number' ? status : undefined;
}

/** `SlowDown: Please reduce your request rate (HTTP 503)`. */
function describeRefusal(cause: unknown): string {
  const name = cause instanceof Error ? `${cause.name}: ` : '';
  return `${name}${reasonOf(cause).replace(/\.+$/, '')} (HTTP ${statusOf(cause)})`;
}
