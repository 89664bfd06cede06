import { fileURLToPath } from 'node:url';
import { fromPretrained } from '../node/from-pretrained.js';
import { fetchPretrained } from './fetch-pretrained.js';
import type { loadPretrained as portable } from './load-pretrained.js';

/** `loadPretrained` of Node: it fetches what has a scheme of the web; all else is a folder. */
export const loadPretrained: typeof portable = async (source, options = {}) => {
  const place = String(source);
  if (/^https?:/i.test(place)) return fetchPretrained(place, options);
  return fromPretrained(/^file:/i.test(place) ? fileURLToPath(place) : place, options);
};
