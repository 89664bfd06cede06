import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  openReplicaStores,
  type ReloadNotices,
  type ReplicaStores,
} from '@embedllm/cluster/gateway';
import { redisSettings } from '../../inputs/cluster-settings.js';
import type { Context } from '../../program/context.js';
import type { ServeOptions } from './options.js';

/** What replicas of the gateway share. */
export async function openSharedStores(
  context: Context,
  options: ServeOptions,
): Promise<ReplicaStores> {
  return openReplicaStores({
    ...(await redisSettings(context, options)),
    onOutage: ({ isAway }) => {
      if (!isAway) context.note('Redis is back: replicas share state again.');
      else {
        context.warn(
          'Redis does not respond: this replica uses its own state, and keys may spend what it holds plus an allowance.',
        );
      }
    },
  });
}

/** What says whether two replicas serve the same: the configuration and the artifact's description. */
export async function servedVersion(configuration: string, artifact: string): Promise<string> {
  const hash = createHash('sha256');
  for (const file of [configuration, join(artifact, 'config.json')]) {
    hash.update(await readFile(file).catch(() => ''));
  }
  return hash.digest('hex');
}

/** Lets replicas reload with each other. */
export class SharedReloads {
  readonly #notices: ReloadNotices;
  readonly #version: () => Promise<string>;
  #served = '';

  /** @param version - Of what lies on this machine. */
  constructor(notices: ReloadNotices, version: () => Promise<string>) {
    this.#notices = notices;
    this.#version = version;
  }

  /** What was read is served now: tells the others, unless the news came from them. */
  async served(): Promise<void> {
    const version = await this.#version();
    const isNew = this.#served !== '' && version !== this.#served;
    this.#served = version;
    if (isNew) this.#notices.tell(version);
  }

  /**
   * Reloads when another replica serves something else.
   *
   * @param onOther - Called where this machine still has another version afterwards.
   * @returns what ends that.
   */
  follow(reload: () => Promise<boolean>, onOther: () => void): () => void {
    return this.#notices.listen((version) => {
      if (version === this.#served) return;
      void (async () => {
        const own = await this.#version();
        if (own !== this.#served) {
          this.#served = own;
          await reload();
        }
        if (own !== version) onOther();
      })();
    });
  }
}
