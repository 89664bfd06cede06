import { DataError } from '@embedllm/core';
import { isJsonObject, reasonOf } from '@embedllm/internals';
import type { ObjectStore } from './object-store.js';

/** What a JSON object in storage should be. */
export interface JsonExpectation {
  /** `a set of records`, for the message where it is not. */
  readonly what: string;
  /** Members that are lists. @default none */
  readonly lists?: readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads a JSON object that this package wrote.
 *
 * @throws DataError naming the key where it is something else, EmbedLLMError `io` where it is missing.
 */
export async function readJson<T extends object>(
  storage: ObjectStore,
  key: string,
  { what, lists = [], signal }: JsonExpectation,
): Promise<T> {
  const text = Buffer.from(await storage.get(key, { signal })).toString();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new DataError(`This is not JSON: ${reasonOf(cause)}.`, { file: key, cause });
  }
  if (isJsonObject(value) && lists.every((name) => Array.isArray(value[name]))) return value as T;
  throw new DataError(`This is not ${what}.`, { file: key });
}

/** Writes a value for `readJson`. */
export async function writeJson(
  storage: ObjectStore,
  key: string,
  value: object,
  signal?: AbortSignal,
): Promise<void> {
  await storage.put(key, Buffer.from(`${JSON.stringify(value)}\n`), { signal });
}
