// The public interface of every entry point, as a file in the repository: api/<package>.md lists the
// declarations that users see, so that a change of a name or a type is a change that a reviewer reads.
// `pnpm check:api` compares, `pnpm check:api --update` writes. Run it on built packages.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { root, workspacePackages } from './workspace.mjs';

const folder = join(root, 'api');
const isUpdate = process.argv.includes('--update');
const results = { passed: 0, failed: 0 };
const printer = ts.createPrinter({ removeComments: true });
const packages = workspacePackages('packages').filter(({ manifest }) => !manifest.private);

mkdirSync(folder, { recursive: true });
for (const { directory, manifest } of packages) {
  const file = join(folder, `${manifest.name.split('/').at(-1)}.md`);
  const text = describePackage(directory, manifest);
  if (isUpdate) writeFileSync(file, text);
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  count(before === text, manifest.name);
  if (before !== text) printDifference(before, text);
}
const names = new Set(packages.map(({ manifest }) => `${manifest.name.split('/').at(-1)}.md`));
const others = readdirSync(folder).filter((name) => !names.has(name));
if (isUpdate) for (const name of others) rmSync(join(folder, name));
const stale = isUpdate ? [] : others;
count(stale.length === 0, ['files of packages that exist', ...stale].join(' '));
console.log(`API snapshots: ${results.passed} passed, ${results.failed} failed`);
if (results.failed > 0) {
  console.log(
    'If the change is meant, run `pnpm build && pnpm check:api --update` and commit api/.',
  );
}
process.exit(results.failed === 0 ? 0 : 1);

function describePackage(directory, manifest) {
  const entries = Object.entries(manifest.exports ?? {}).filter(([, { types }]) => types);
  const files = entries.map(([, { types }]) => join(directory, types));
  for (const file of files) {
    if (existsSync(file)) continue;
    console.error(`${relative(root, file)} does not exist: run \`pnpm build\` first.`);
    process.exit(1);
  }
  const program = ts.createProgram(files, {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    skipLibCheck: true,
  });
  const checker = program.getTypeChecker();
  const sections = entries.map(([path], index) => {
    const specifier = manifest.name + path.slice(1);
    const source = program.getSourceFile(files[index]);
    const symbol = checker.getSymbolAtLocation(source);
    const exported = symbol ? checker.getExportsOfModule(symbol) : [];
    const declarations = exported
      .map((item) => describeExport(checker, item))
      .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    return `## ${specifier}\n\n\`\`\`ts\n${declarations.join('\n')}\n\`\`\`\n`;
  });
  return `# Public interface of ${manifest.name}\n\n${sections.join('\n')}`;
}

/** The declarations of an export under its public name, without comments and private members. */
function describeExport(checker, exported) {
  const symbol =
    exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
  const texts = (symbol.declarations ?? []).map((declaration) => {
    const node = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
    if (ts.isSourceFile(node)) return `namespace ${exported.name}`;
    return printer
      .printNode(ts.EmitHint.Unspecified, node, node.getSourceFile())
      .replace(/^(export |declare )+/, '')
      .replace(/^ {4}#private;\n/m, '');
  });
  const alias = symbol.name === exported.name ? '' : `// exported as ${exported.name}\n`;
  return alias + texts.join('\n');
}

function printDifference(before, after) {
  const was = new Set(before.split('\n'));
  const now = new Set(after.split('\n'));
  for (const line of was) if (!now.has(line)) console.log(`  - ${line}`);
  for (const line of now) if (!was.has(line)) console.log(`  + ${line}`);
}

function count(isPassed, what) {
  results[isPassed ? 'passed' : 'failed']++;
  console.log(`${isPassed ? 'passed' : 'FAILED'}: ${what}`);
}
