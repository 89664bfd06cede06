/** Names of the blocks that agents put into messages of the user: `system-reminder`, `environment_context`, `INSTRUCTIONS`. */
const OPENING = /<([a-z]+(?:[-_][a-z]+)+|[A-Z][A-Z_]+)>/g;
/** Codex puts it above the instructions of a repository. */
const HEADINGS = /^# AGENTS\.md instructions[^\n]*$/gm;
/** Further blocks are left in, so that no text takes long. */
const MOST_BLOCKS = 64;

/**
 * What the user typed: the text without the blocks that coding agents add to it, which say nothing about
 * this task, such as `<system-reminder>...</system-reminder>`.
 */
export function typedText(text: string): string {
  let typed = '';
  let from = 0;
  const unclosed = new Set<string>();
  for (let blocks = 0; blocks < MOST_BLOCKS; ) {
    const opening = nextOpening(text, from, unclosed);
    if (!opening) break;
    const [name, at] = opening;
    const closing = `</${name}>`;
    const end = text.indexOf(closing, at);
    blocks++;
    if (end < 0) {
      unclosed.add(name);
      continue;
    }
    typed += text.slice(from, at);
    from = end + closing.length;
  }
  return (typed + text.slice(from)).replace(HEADINGS, '').trim();
}

function nextOpening(
  text: string,
  from: number,
  unclosed: ReadonlySet<string>,
): readonly [name: string, at: number] | undefined {
  OPENING.lastIndex = from;
  for (let found = OPENING.exec(text); found; found = OPENING.exec(text)) {
    const name = found[1] ?? '';
    if (!unclosed.has(name)) return [name, found.index];
  }
  return undefined;
}
