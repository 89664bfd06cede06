import { didYouMean } from '@embedllm/internals';

/** Names that an unknown one is compared with: more would take the server time. */
const MOST_COMPARED = 200;

/** ` Did you mean "x"?` where a name that a request gives is like one that it may give; else empty. */
export function suggestModel(wanted: string, names: readonly string[]): string {
  return didYouMean(wanted, names.slice(0, MOST_COMPARED));
}
