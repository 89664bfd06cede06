import type { Artifact } from '../artifact/artifact.js';
import { fetchPretrained } from './fetch-pretrained.js';

/** Options of `loadPretrained`. */
export interface LoadPretrainedOptions {
  /** Stops the loading; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Loads an artifact from where it is: in Node a folder or a URL, elsewhere a URL, which in a page may
 * be relative. `fetchPretrained` takes headers, a limit and more besides.
 *
 * @param source - A path, or a `file:`, `http:` or `https:` URL.
 * @throws as `fromPretrained` and `fetchPretrained` do.
 */
export async function loadPretrained(
  source: string | URL,
  options: LoadPretrainedOptions = {},
): Promise<Artifact> {
  const place = String(source);
  const base = pageAddress();
  const isRelative = base !== undefined && !URL.canParse(place) && URL.canParse(place, base);
  return fetchPretrained(isRelative ? new URL(place, base) : place, options);
}

/** Of the page or worker that this runs in. */
function pageAddress(): string | undefined {
  const location: unknown = Reflect.get(globalThis, 'location');
  return location instanceof Object && 'href' in location ? String(location.href) : undefined;
}
