import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from '@embedllm/core';
import { notADirectory } from '../archive/not-a-directory.js';
import { errorCode, readError } from '../files/read-error.js';

/** Tables of an evaluation folder by name; each may also be compressed, as `name.csv.gz`. */
const TABLES = ['questions', 'responses', 'train', 'val', 'test', 'models', 'splits'] as const;

/** Row i belongs to question i. */
export const EMBEDDINGS_FILE = 'embeddings.npy';

/** Of the published data: row i belongs to the question with the id i. */
const TORCH_EMBEDDINGS_FILE = 'question_embeddings.pth';

/** The name of a table's file. */
export function tableFile(table: (typeof TABLES)[number], gzip: boolean): string {
  return gzip ? `${table}.csv.gz` : `${table}.csv`;
}

/** Every file name that `readEvaluationFolder` looks at. */
export function knownFileNames(): string[] {
  const tables = TABLES.flatMap((table) => [tableFile(table, false), tableFile(table, true)]);
  return [...tables, EMBEDDINGS_FILE, TORCH_EMBEDDINGS_FILE];
}

/** Paths of the files that are there. */
export type FolderFiles = { readonly [table in (typeof TABLES)[number]]: string | undefined } & {
  readonly embeddings: string | undefined;
  readonly torchEmbeddings: string | undefined;
};

/**
 * Finds the files of an evaluation folder.
 *
 * @throws DataError `io` when the directory cannot be listed, `invalid-data` when a table is there
 * both plain and compressed.
 */
export async function findFolderFiles(directory: string): Promise<FolderFiles> {
  const names = new Set(await listDirectory(directory));
  const find = (table: (typeof TABLES)[number]): string | undefined => {
    const plain = tableFile(table, false);
    const compressed = tableFile(table, true);
    if (names.has(plain) && names.has(compressed)) {
      throw new DataError(`contains both ${plain} and ${compressed}. Remove one of them.`, {
        file: directory,
      });
    }
    if (names.has(plain)) return join(directory, plain);
    return names.has(compressed) ? join(directory, compressed) : undefined;
  };
  return {
    questions: find('questions'),
    responses: find('responses'),
    train: find('train'),
    val: find('val'),
    test: find('test'),
    models: find('models'),
    splits: find('splits'),
    embeddings: names.has(EMBEDDINGS_FILE) ? join(directory, EMBEDDINGS_FILE) : undefined,
    torchEmbeddings: names.has(TORCH_EMBEDDINGS_FILE)
      ? join(directory, TORCH_EMBEDDINGS_FILE)
      : undefined,
  };
}

/**
 * The tables with responses: responses.csv, or those of train.csv, val.csv and test.csv that are
 * there; empty where the folder has none.
 *
 * @throws DataError when both are there.
 */
export function responseFiles(directory: string, files: FolderFiles): string[] {
  const parts = [files.train, files.val, files.test].filter((file) => file !== undefined);
  if (files.responses === undefined) return parts;
  if (parts.length === 0) return [files.responses];
  throw new DataError(
    'contains responses.csv as well as train.csv, val.csv or test.csv. Which of them are the responses? Move the others away.',
    { file: directory },
  );
}

async function listDirectory(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    const code = errorCode(error);
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw readError(directory, error);
    if (code === 'ENOTDIR') throw await notADirectory(directory, error);
    throw new DataError('there is no such directory.', {
      file: directory,
      code: 'io',
      cause: error,
    });
  }
}
