// Finds phrases that no native speaker would write, in what users read: READMEs, guides, changesets,
// comments and messages. Each finding names the place and what to write instead.
//
//   node scripts/check-phrases.mjs [files]
//
// Ends with one line that counts: `phrase checks: N files passed, N failed`.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { root, workspacePackages } from './workspace.mjs';

/** Words after which "is no" is good English: "is no longer", "is no better than". */
const COMPARATIVES =
  'longer|better|worse|more|less|larger|smaller|slower|faster|fewer|finer|different|accident|need|reason|way';

const PHRASES = [
  [
    new RegExp(`(?<!\\b[Tt]here |\\bwhere )\\b(?:is|are|was|were) no (?!(?:${COMPARATIVES})\\b)`),
    'is not a, are not',
  ],
  [/\bbeside\b/, 'next to, compared with, besides'],
  [/\b(?:go|goes|going|went|gone) on\b(?! with life)/, 'continue, resume'],
  [/\b[Ii]n place of\b/, 'instead of'],
  [/\b[Tt]old\b(?! apart| otherwise)/, 'called with, given, determined'],
  [
    /\b[Tt]ells? (?:whether|how|which|who|what|that|of|most|much|little|nothing|something|more)\b/,
    'says, shows, reveals',
  ],
  [/\bof late\b/, 'recently'],
  [/\b[Tt]here is nothing here\b/, 'say what was not found'],
  [/\b[Ee]xercised\b/, 'tested'],
  [/\bbroke off its\b/, 'closed the stream before'],
  [/\basked to be left alone\b/, 'is rate-limiting us'],
  [/\bone's own\b/, 'your own, custom'],
  [/\banew\b/, 'again, re-'],
  [/\bthe bits of (?:one|a) process\b/, 'bit-identical to'],
  [/\bwhole or not at all\b/, 'completely or not at all'],
  [/(?<![-_.])\blearnt\b(?![-_:])/, 'learned'],
  [/\bsame command (?:resumes|asks)\b/, 'run the same command again'],
  [/\bis kept to\b/, 'is honoured'],
  [/\bto be had\b/, 'available'],
  [/\bwhose like\b/, 'with a near-duplicate'],
  [/\bfor people; .* for programs\b/, 'leave out'],
  [/\bleft out as asked\b/, 'skipped as requested'],
  [/\b[Ss]ay (?:it )?with\b/, 'Set it with, Name it with'],
  [/\bfrom where on\b/, 'the lowest score that counts as correct'],
  [
    /\b(?:an?|the) other (?:text|order|content|number|id|score) (?:here )?than\b/,
    'a different … from',
  ],
  [/\banother (?:text|order|content|number|id|score|name) (?:here )?than\b/, 'a different … from'],
  [
    /\b(?:two|three|four) or more (?:are|is) needed\b|\b(?:two|three|four|one) at least\b/,
    'at least two',
  ],
  [/\b(?:is|are) there twice\b/, 'occurs twice'],
  [/\b[Ii]s it cut off\b|\bcut off\?/, 'Is the file truncated?'],
  [/\bsays? no model\b/, 'does not name the model'],
  [/\bnames no (?:model|scorer)\b/, 'does not name a'],
  [/\b(?:text|string|list) that is not empty\b/, 'non-empty string'],
  [/\bif (?:it|that) is right\b/, 'if this is expected'],
  [/\bone an? (?:token|encoder|line)\b/, 'one per'],
  [/\bare more than the \d*\s*(?:\$\{\S*\} )?labels allowed\b/, 'exceed the limit'],
  [/\bless (?:the )?(?:single best|default|direct)\b/, 'vs single best, minus the single best'],
  [/\bwas not asked for\b/, 'was not requested'],
  [/\btoo good\b/, 'too optimistic'],
  [/\bwhom to ask\b/, 'which model to ask'],
  [/\d %(?=[\s.,;:)\]]|$)/, '81% without a space'],
];

const files = process.argv.length > 2 ? process.argv.slice(2) : findFiles();
let failed = 0;
for (const file of files) {
  const text = readFileSync(join(root, file), 'utf8');
  const problems = (file.endsWith('.md') ? proseOf(text) : commentsAndStrings(text)).flatMap(
    findPhrases,
  );
  if (problems.length > 0) failed++;
  for (const { line, found, instead } of problems) {
    console.log(`FAILED: ${file}:${line}: "${found.trim()}" (write: ${instead})`);
  }
}
console.log(`phrase checks: ${files.length - failed} files passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

function findFiles() {
  const packages = [...workspacePackages('packages'), ...workspacePackages('examples')];
  const documents = [
    ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CODE_OF_CONDUCT.md'],
    ...below('docs', (name) => name.endsWith('.md') && !name.startsWith('api/')),
    ...below('.changeset', (name) => name.endsWith('.md')),
    ...packages.map(({ directory }) => join(relative(root, directory), 'README.md')),
  ];
  const sources = packages.flatMap(({ directory }) =>
    below(
      join(relative(root, directory), 'src'),
      (name) => name.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(name),
    ),
  );
  return [...documents, ...sources].filter((file) => existsSync(join(root, file)));
}

function below(folder, isWanted) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true })
    .filter(isWanted)
    .sort()
    .map((name) => join(folder, name));
}

/** The text without code: what stands in backquotes or fences is not prose. */
function proseOf(markdown) {
  const blank = (code) => code.replaceAll(/[^\n]/g, ' ');
  const text = markdown
    .replaceAll(/^(```+)[\s\S]*?^\1/gm, blank)
    .replaceAll(/`[^`\n]+`/g, '`code`');
  let line = 1;
  return text.split(/\n(?=\s*\n)/).map((paragraph) => {
    const part = { text: paragraph, line };
    line += paragraph.split('\n').length;
    return part;
  });
}

/** Comments and string literals of a source, each with the line that it begins on. */
function commentsAndStrings(source) {
  const parts = [];
  const file = ts.createSourceFile('source.ts', source, ts.ScriptTarget.ESNext, true);
  const lineOf = (position) => file.getLineAndCharacterOfPosition(position).line + 1;
  const add = (start, end) => parts.push({ text: source.slice(start, end), line: lineOf(start) });
  const comments = new Set();
  const visit = (node) => {
    for (const { pos, end } of ts.getLeadingCommentRanges(source, node.getFullStart()) ?? []) {
      if (!comments.has(pos)) add(pos, end);
      comments.add(pos);
    }
    const isText =
      ts.isStringLiteral(node) ||
      ts.isNoSubstitutionTemplateLiteral(node) ||
      ts.isTemplateHead(node) ||
      ts.isTemplateMiddle(node) ||
      ts.isTemplateTail(node);
    if (isText) add(node.getStart(), node.getEnd());
    node.getChildren().forEach(visit);
  };
  visit(file);
  return parts;
}

/** Phrases of a text, also where a line ends within one. */
function findPhrases({ text, line }) {
  const flat = text.replaceAll(
    /\n\s*(?:\*|\/\/)?[ \t]*/g,
    (end) => `\n${' '.repeat(end.length - 1)}`,
  );
  return PHRASES.flatMap(([pattern, instead]) => {
    const spaced = flat.replaceAll(/\s+/g, ' ');
    const match = pattern.exec(spaced);
    if (!match) return [];
    const before = spaced.slice(0, match.index).split(' ').length - 1;
    const words = [...flat.matchAll(/\S+/g)];
    const offset = words[Math.min(before, words.length - 1)]?.index ?? 0;
    const breaks = flat.slice(0, offset).split('\n').length - 1;
    return [{ line: line + breaks, found: match[0], instead }];
  });
}
