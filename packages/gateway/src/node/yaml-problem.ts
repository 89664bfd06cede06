/** What the parser of YAML found, as far as it says. */
interface YamlProblem {
  readonly message: string;
  readonly code?: unknown;
  readonly linePos?: readonly { readonly line: number; readonly col: number }[] | undefined;
}

/**
 * Where a file is not YAML, and what to do about it: ` at line 3, column 1: It is indented ...`. The
 * parser speaks of YAML's grammar, which writers of a configuration need not know.
 *
 * @param problems - All that the parser found; the first counts.
 */
export function describeYamlProblem(problems: readonly YamlProblem[]): string {
  const [problem] = problems;
  const [place] = problem?.linePos ?? [];
  // The first line of a message says what and where; the next ones quote the file.
  const [first = ''] = problem?.message.split('\n') ?? [];
  const said = first.replace(/ at line \d+, column \d+:?$/, '').replace(/[:.]?\s*$/, '');
  const codes = problems.map(({ code }) => code);
  const meaning = meaningOf(said, codes, place?.line ?? 0) ?? `${said}.`;
  return place === undefined
    ? `: ${meaning}`
    : ` at line ${place.line}, column ${place.col}: ${meaning}`;
}

const INDENTED =
  'This line is not indented like those it belongs with. Indent all settings of an object, and all items of a list, equally.';

function meaningOf(said: string, codes: readonly unknown[], line: number): string | undefined {
  switch (codes[0]) {
    case 'BAD_INDENT':
      return said.startsWith('Flow')
        ? `A { or [ opened above is not closed before this line. Close it with ${said.includes('}') ? '}' : ']'}, or indent this line further.`
        : INDENTED;
    case 'BLOCK_AS_IMPLICIT_KEY':
      if (said.startsWith('A block sequence')) return INDENTED;
      return codes.includes('MULTILINE_IMPLICIT_KEY')
        ? `What follows line ${line} is indented further, although line ${line} has a value already. Indent both equally.`
        : 'The value contains ": ". Put it in quotes, or the second setting on a line of its own.';
    case 'MULTILINE_IMPLICIT_KEY':
      return NO_COLON;
    case 'MISSING_CHAR':
      if (said.startsWith('Implicit map keys')) return NO_COLON;
      if (said.startsWith('Sequence item')) return INDENTED;
      return said.startsWith('Missing closing')
        ? `A text that begins with ${said.at(-6) === '"' ? '"' : "'"} above is never closed.`
        : undefined;
    case 'BAD_ALIAS':
      return said.startsWith('Anchor')
        ? quoted('&')
        : 'A value cannot begin with * unless it is in quotes, or names an anchor (&) above.';
    case 'TAB_AS_INDENT':
      return 'This line is indented with a tab. Use spaces.';
    case 'BAD_SCALAR_START':
      return quoted(said.at(-1) ?? '');
    case 'BAD_DQ_ESCAPE':
      return 'In double quotes, \\ begins an escape sequence. Use single quotes, or write \\\\.';
    case 'TAG_RESOLVE_FAILED':
      return quoted('!');
    case 'DUPLICATE_KEY':
      return 'This setting occurs twice in the same object. Remove one.';
    case 'MULTIPLE_DOCS':
      return 'It has several documents, separated by ---. Put all settings into one.';
    default:
      return undefined;
  }
}

const NO_COLON =
  'This line has no colon with a space after it. Write settings as name: value, and items of a list after a dash and a space.';

function quoted(character: string): string {
  return `A value cannot begin with ${character} unless it is in quotes.`;
}
