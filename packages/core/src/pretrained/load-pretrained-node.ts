import { fileURLToPath } from 'node:url';
import { EmbedLLMError } from '@embedllm/internals';
import { fromPretrained } from '../node/from-pretrained.js';
import { fetchPretrained } from './fetch-pretrained.js';
import type { loadPretrained as portable } from './load-pretrained.js';

/** `loadPretrained` of Node: it fetches what has a scheme of the web; all else is a folder. */
export const loadPretrained: typeof portable = async (source, options = {}) => {
  const place = String(source);
  if (/^https?:/i.test(place)) return fetchPretrained(place, options);
  return fromPretrained(folderOf(place), options);
};

function folderOf(place: string): string {
  if (place !== '' && !/^(file:|[a-z][\w+.-]+:\/\/)/i.test(place)) return place;
  try {
    return fileURLToPath(place);
  } catch (cause) {
    throw new EmbedLLMError(
      `${JSON.stringify(place)} is not a path, an http: or https: URL, or a file: URL on this machine.`,
      { code: 'invalid-argument', cause },
    );
  }
}
