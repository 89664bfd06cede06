import { createHash, randomUUID } from 'node:crypto';
import type { AnswerClaim, AnswerRecord, AnswerStore, ClaimedAnswer } from '@embedllm/gateway';
import { CLAIM, FINISH, RENEW } from './answer-scripts.js';
import type { RedisChannel } from './redis-channel.js';
import type { RedisLink } from './redis-link.js';

/** After this time a claim of a replica that was killed is free. Renewed at a third of it. */
const LEASE_MS = 30_000;
/** How often a request that waits for another one looks, in case a message was lost. */
const LOOK_MS = 1000;
/** What an answer takes beyond its body. */
const BYTES_AROUND = 1024;

/** The part of a record that is not bytes. */
interface Head {
  readonly status: number;
  readonly headers: AnswerRecord['headers'];
  /** Of the pieces. */
  readonly lengths: readonly number[];
}

interface Open extends AnswerClaim {
  readonly key: string;
}

/**
 * Answers by idempotency key that replicas share. While Redis is away, requests with such a key are
 * refused, as two replicas could answer the same one. Keys span nodes, so that Redis Cluster is not
 * supported.
 */
export class RedisAnswerStore implements AnswerStore {
  readonly #link: RedisLink;
  readonly #name: string;
  readonly #open = new Map<string, Open>();
  /** Wakes those who wait for an entry. */
  readonly #waiting = new Map<string, Set<() => void>>();
  readonly #renewing: NodeJS.Timeout;
  readonly #end: () => void;

  constructor(link: RedisLink, channel: RedisChannel, name: string) {
    this.#link = link;
    this.#name = name;
    this.#end = channel.listen(`${name}:answers`, (key) => {
      for (const wake of this.#waiting.get(key) ?? []) wake();
    });
    this.#renewing = setInterval(() => void this.#renew(), LEASE_MS / 3).unref();
  }

  async claim(claim: AnswerClaim): Promise<ClaimedAnswer> {
    const key = `${this.#name}:answer:${createHash('sha256').update(claim.name).digest('hex')}`;
    const id = randomUUID();
    for (;;) {
      const finished = this.#finished(key);
      const state = await this.#link
        .call((redis) => redis.eval(CLAIM, 1, key, claim.fingerprint, id, LEASE_MS))
        .catch((error: unknown) => {
          finished.forget();
          throw error;
        });
      if (state === 'open') {
        await finished.promise;
        continue;
      }
      finished.forget();
      if (state === 'different') return { state };
      if (state === 'claimed') {
        this.#open.set(id, { ...claim, key });
        return { state, id };
      }
      const record = await this.#read(key);
      // It may have been dropped meanwhile.
      if (record) return { state: 'answered', record };
    }
  }

  async finish(id: string, record: AnswerRecord | undefined): Promise<void> {
    const open = this.#open.get(id);
    if (!this.#open.delete(id) || !open) return;
    const { key, maxAgeMs, maxBytes } = open;
    const body = Buffer.concat(record?.pieces ?? []);
    const lengths = record?.pieces.map(({ length }) => length) ?? [];
    const head: Head | undefined = record && {
      ...{ status: record.status, headers: record.headers, lengths },
    };
    const bytes = body.length + BYTES_AROUND;
    const prefix = `${this.#name}:answers`;
    await this.#link.call((redis) =>
      redis.eval(
        ...[FINISH, 3, key, `${prefix}:by-time`, `${prefix}:bytes`, id],
        ...[head ? JSON.stringify(head) : '', body, Math.ceil(maxAgeMs), maxBytes],
        ...[Date.now(), bytes, prefix],
      ),
    );
  }

  close(): void {
    clearInterval(this.#renewing);
    this.#end();
  }

  async #read(key: string): Promise<AnswerRecord | undefined> {
    const [text, body] = await this.#link.call((redis) => redis.hmgetBuffer(key, 'head', 'body'));
    if (!text || !body) return undefined;
    const { status, headers, lengths }: Head = JSON.parse(text.toString());
    let start = 0;
    const pieces = lengths.map((length) => {
      start += length;
      return Uint8Array.from(body.subarray(start - length, start));
    });
    return { status, headers, pieces };
  }

  /** Resolves when an entry may be finished: when the store says so, or after a while. */
  #finished(key: string): { readonly promise: Promise<void>; forget(): void } {
    const waiting = this.#waiting.get(key) ?? new Set();
    this.#waiting.set(key, waiting);
    let wake = (): void => {};
    let timer: NodeJS.Timeout | undefined;
    const forget = (): void => {
      clearTimeout(timer);
      waiting.delete(wake);
      if (waiting.size === 0) this.#waiting.delete(key);
    };
    const promise = new Promise<void>((resolve) => {
      wake = () => {
        forget();
        resolve();
      };
      timer = setTimeout(wake, LOOK_MS);
      waiting.add(wake);
    });
    return { promise, forget };
  }

  async #renew(): Promise<void> {
    for (const [id, { key }] of this.#open) {
      await this.#link.call((redis) => redis.eval(RENEW, 1, key, id, LEASE_MS)).catch(() => {});
    }
  }
}
