/**
 * One text of prompts that differ in the choice that they end in, before a continuation that they
 * share, as Winogrande's do: the choice's place is `_`.
 *
 * @param contexts - At least two that differ.
 */
export function varyingContext(
  contexts: readonly string[],
  continuations: readonly string[],
): { readonly text: string; readonly choices: readonly string[] } {
  const [first = ''] = contexts;
  let prefix = Math.min(...contexts.map((context) => context.length));
  for (const context of contexts) {
    let same = 0;
    while (same < prefix && context[same] === first[same]) same++;
    prefix = same;
  }
  let suffix = Math.min(...contexts.map((context) => context.length)) - prefix;
  for (const context of contexts) {
    let same = 0;
    while (same < suffix && context.at(-1 - same) === first.at(-1 - same)) same++;
    suffix = same;
  }
  // Names that begin or end alike are not cut in two.
  while (prefix > 0 && /\S/.test(first[prefix - 1] ?? '')) prefix--;
  while (suffix > 0 && /\w/.test(first.at(-suffix) ?? '')) suffix--;
  const [rest = ''] = continuations;
  const after = [first.slice(first.length - suffix), rest].filter((text) => text !== '').join(' ');
  return {
    text: `${first.slice(0, prefix)}_${/^\w/.test(after) ? ' ' : ''}${after}`,
    choices: contexts.map((context) => context.slice(prefix, context.length - suffix).trim()),
  };
}
