import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import { EmbedLLMError } from '@embedllm/core';
import { reasonOf } from '@embedllm/internals';
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
}

/**
 * Objects of S3, or of a server that speaks its protocol.
 *
 * @throws EmbedLLMError `missing-dependency` without `@aws-sdk/client-s3`.
 */
export async function openS3Store(options: S3StoreOptions): Promise<ObjectStore> {
  const sdk = await loadPeer('@aws-sdk/client-s3', 'Storage at s3://', () => {
    return import('@aws-sdk/client-s3');
  });
  const { bucket: Bucket, prefix = '' } = options;
  const root = prefix === '' ? '' : `${prefix}/`;
  const address = `s3://${Bucket}${prefix === '' ? '' : `/${prefix}`}`;
  const client: S3Client = new sdk.S3Client(clientSettings(options));
  const name = (key: string): string => {
    assertKey(key);
    return root + key;
  };
  const attempt = async <T>(key: string, signal: AbortSignal | undefined, call: Promise<T>) => {
    try {
      return await call;
    } catch (cause) {
      signal?.throwIfAborted();
      if (isAbsent(cause)) throw missingObject(key, address, cause);
      throw new EmbedLLMError(`${key} in ${address}: ${reasonOf(cause)}`, { code: 'io', cause });
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
      return attempt(key, signal, read());
    },
    async size(key, { signal } = {}) {
      const command = new sdk.HeadObjectCommand({ Bucket, Key: name(key) });
      const found = client.send(command, sending(signal)).catch((cause: unknown) => {
        if (isAbsent(cause)) return undefined;
        throw cause;
      });
      return (await attempt(key, signal, found))?.ContentLength;
    },
    async put(key, bytes, { signal } = {}) {
      const command = new sdk.PutObjectCommand({ Bucket, Key: name(key), Body: bytes });
      await attempt(key, signal, client.send(command, sending(signal)));
    },
    async *list(prefixOfKeys, { signal } = {}): AsyncGenerator<StoredObject> {
      let ContinuationToken: string | undefined;
      do {
        const Prefix = root + prefixOfKeys;
        const command = new sdk.ListObjectsV2Command({ Bucket, Prefix, ContinuationToken });
        const sent = client.send(command, sending(signal));
        const page = await attempt(prefixOfKeys, signal, sent);
        for (const { Key = '', Size = 0, LastModified } of page.Contents ?? []) {
          const writtenAt = LastModified?.getTime() ?? Date.now();
          yield { key: Key.slice(root.length), bytes: Size, writtenAt };
        }
        ContinuationToken = page.IsTruncated ? page.NextContinuationToken : undefined;
      } while (ContinuationToken !== undefined);
    },
    async delete(key, { signal } = {}) {
      const command = new sdk.DeleteObjectCommand({ Bucket, Key: name(key) });
      await attempt(key, signal, client.send(command, sending(signal)));
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
