import { homedir } from 'node:os';
import { join } from 'node:path';

/** Variables that are read, as huggingface_hub reads them (its `constants.py`). */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The folder of huggingface_hub, which has its cache and the token of who has logged in. */
export function hubHome(environment: Environment): string {
  if (environment.HF_HOME) return withHome(environment.HF_HOME);
  const caches = environment.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(withHome(caches), 'huggingface');
}

/** The cache that huggingface_hub uses too. */
export function defaultCacheDirectory(environment: Environment): string {
  return environment.HF_HUB_CACHE
    ? withHome(environment.HF_HUB_CACHE)
    : join(hubHome(environment), 'hub');
}

/** Whether the environment forbids to talk to the hub (HF_HUB_OFFLINE). */
export function isOffline(environment: Environment): boolean {
  return isTrue(environment.HF_HUB_OFFLINE);
}

export function isTrue(variable: string | undefined): boolean {
  return /^(1|on|yes|true)$/i.test(variable ?? '');
}

/** A path with `~` at its start, which only shells expand. */
export function withHome(path: string): string {
  return /^~(?:[\\/]|$)/.test(path) ? join(homedir(), path.slice(1)) : path;
}
