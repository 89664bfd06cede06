import { EmbedLLMError } from '@embedllm/core';

/** What kinds of repositories are read and written. */
export type RepositoryType = 'dataset' | 'model';

/** A repository of the hub. */
export interface Repository {
  readonly type: RepositoryType;
  /** As `owner/name`. */
  readonly name: string;
}

const NAME = /^[A-Za-z0-9][\w.-]{0,95}\/[A-Za-z0-9][\w.-]{0,95}$/;
const REVISION = /^[A-Za-z0-9][\w./-]{0,254}$/;
const COMMIT = /^[0-9a-f]{40}$/;

/** @throws EmbedLLMError `invalid-argument` when the name is not `owner/name`. */
export function repository(type: RepositoryType, name: string): Repository {
  // Both go into addresses and paths.
  if (type !== 'dataset' && type !== 'model') {
    throw new EmbedLLMError(`type must be 'dataset' or 'model'.`, { code: 'invalid-argument' });
  }
  if (!NAME.test(name) || name.includes('..') || name.includes('--')) {
    throw new EmbedLLMError(
      `A repository must be named owner/name, but was given as ${JSON.stringify(name.slice(0, 200))}.`,
      { code: 'invalid-argument' },
    );
  }
  return { type, name };
}

/** @throws EmbedLLMError `invalid-argument` when it can be no branch, tag or commit. */
export function checkRevision(revision: string): string {
  if (REVISION.test(revision) && !/\.\.|\/\/|\/$|\.lock$/.test(revision)) return revision;
  throw new EmbedLLMError(
    `${JSON.stringify(revision.slice(0, 200))} is not a valid revision: a branch, tag or commit.`,
    { code: 'invalid-argument' },
  );
}

export function isCommit(revision: string): boolean {
  return COMMIT.test(revision);
}

/** For messages: "the data set RZ412/EmbedLLM". */
export function describeRepository({ type, name }: Repository): string {
  return `the ${type === 'dataset' ? 'data set' : 'model'} ${name}`;
}

/** Address of its page, and beginning of the addresses of its files. */
export function repositoryUrl({ type, name }: Repository, endpoint: URL): string {
  const base = endpoint.href.replace(/\/$/, '');
  return `${base}/${type === 'dataset' ? 'datasets/' : ''}${name}`;
}
