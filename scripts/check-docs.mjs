// Checks what the documentation says: every TypeScript block is type-checked under the project's
// settings and run against the built packages, configuration is read by the parsers that will read
// it, commands and links must exist. Directives before blocks are in docs/read-blocks.mjs.
//
//   node scripts/check-docs.mjs [--verbose] [--report FILE] [documents, by how their paths begin]
//
// Ends with one line that counts: `documentation checks: N passed, N failed, N not run`.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import ts from 'typescript';
import { checkCommand, embedllmScript } from './docs/check-commands.mjs';
import { checkConfiguration, fileNameOf } from './docs/check-configuration.mjs';
import { checkLinks } from './docs/check-links.mjs';
import { readDocuments } from './docs/read-documents.mjs';
import { inParallel, runDocument } from './docs/run-document.mjs';
import { createUserProject } from './docs/user-project.mjs';
import { writeModules } from './docs/write-modules.mjs';
import { root } from './workspace.mjs';

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { verbose: { type: 'boolean' }, report: { type: 'string' }, keep: { type: 'boolean' } },
});
const COMPILER = {
  ...JSON.parse(readFileSync(join(root, 'tsconfig.base.json'), 'utf8')).compilerOptions,
  isolatedDeclarations: false,
  declaration: false,
  lib: ['ES2023', 'DOM', 'DOM.AsyncIterable', 'DOM.Iterable'],
  types: ['node'],
};
const results = { passed: 0, failed: 0, skipped: 0 };
const scopes = readScopes();
const documents = readDocuments(scopes).filter(
  ({ name }) => positionals.length === 0 || positionals.some((start) => name.startsWith(start)),
);
if (documents.length === 0) throw new Error(`No document begins with ${positionals.join(', ')}.`);
const project = createUserProject();
try {
  const scopeModules = [...scopes].map(([name, text]) => ({ path: `scopes/${name}.ts`, text }));
  for (const document of documents) document.modules = writeModules({ ...document, scopes });
  const used = documents.flatMap(({ modules }) => modules);
  for (const module of [...scopeModules, ...used]) compile(module);
  const checked = [...scopeModules, ...used].map(({ path }) => join(project, path));
  const errors = typeCheck(checked);
  for (const document of documents.filter(({ markdown }) => markdown)) checkText(document);
  for (const document of documents) await checkBlocks(document);
  // The compiler takes one processor meanwhile.
  const limit = Math.max(1, availableParallelism() - 1);
  await inParallel(
    documents.map((document) => () => run(document)),
    limit,
  );
  reportTypes(await errors, used);
} finally {
  if (flags.keep) console.log(`kept ${project}`);
  else rmSync(project, { recursive: true, force: true });
}
if (flags.report) writeFileSync(flags.report, JSON.stringify(results));
const { passed, failed, skipped } = results;
console.log(`documentation checks: ${passed} passed, ${failed} failed, ${skipped} not run`);
process.exit(failed === 0 ? 0 : 1);

function readScopes() {
  const folder = join(root, 'scripts/docs/scopes');
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts'));
  return new Map(
    files.map((name) => [name.slice(0, -'.ts'.length), readFileSync(join(folder, name), 'utf8')]),
  );
}

/** Writes a module and its JavaScript into the project. */
function compile({ path, text }) {
  const file = join(project, path);
  mkdirSync(dirname(file), { recursive: true });
  const { outputText } = ts.transpileModule(text, {
    fileName: file,
    compilerOptions: {
      target: 'ES2022',
      module: 'ESNext',
      verbatimModuleSyntax: true,
      inlineSourceMap: true,
    },
  });
  writeFileSync(file, text);
  writeFileSync(file.replace(/\.ts$/, '.js'), outputText);
}

function typeCheck(paths) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('docs/type-check.mjs', import.meta.url), {
      workerData: { folder: project, paths, settings: COMPILER },
    });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

/** Links and the commands that the text names. */
function checkText({ name, file, markdown, blocks }) {
  const { problems, codeSpans } = checkLinks(markdown, file);
  for (const { line, message } of problems) fail(`${name}:${line}: ${message}`);
  if (problems.length === 0) results.passed++;
  const lines = codeSpans.filter(({ text }) => /^(npm|pnpm|npx|PYTHON=\S+ pnpm) /.test(text));
  for (const { line, code } of blocks.filter(({ language }) => language === 'sh')) {
    for (const [index, text] of code.split('\n').entries())
      lines.push({ line: line + index, text });
  }
  for (const { line, text } of lines) {
    const problem = checkCommand(text.trim(), dirname(file));
    if (problem) fail(`${name}:${line}: \`${text.trim()}\`: ${problem}`);
    else results.passed++;
  }
}

async function checkBlocks({ blocks }) {
  for (const block of blocks) {
    if (block.language !== 'json' && block.language !== 'yaml') continue;
    try {
      await checkConfiguration(block, join(root, 'packages/gateway/dist/index.js'));
      results.passed++;
    } catch (error) {
      fail(`${block.file}:${block.line}: ${error.message}`);
    }
  }
}

async function run({ name, blocks, modules }) {
  const steps = [];
  for (const block of blocks) {
    const fileName = fileNameOf(block);
    if (fileName) steps.push({ block, file: fileName, content: `${block.code}\n` });
    const output = block.directives.some(({ kind }) => kind === 'output');
    if (output) steps.at(-1).expected = block;
    for (const module of modules) {
      if (module.block !== block) continue;
      if (module.isRun)
        steps.push({ ...module, path: join(project, module.path.replace(/ts$/, 'js')) });
      else if (!fileName) results.skipped++;
    }
    const script = block.language === 'sh' && !isUnrun(block) ? embedllmScript(block.code) : '';
    if (script) steps.push({ block, script });
  }
  if (steps.length === 0) return;
  const sent = steps.map(({ path, file, content, script }) => ({ path, file, content, script }));
  const folder = join(project, 'runs', name.replaceAll('/', '-'));
  const outcomes = await runDocument(sent, folder, {
    ...process.env,
    PATH: `${join(project, 'bin')}${delimiter}${process.env.PATH}`,
  });
  steps.forEach(({ block, isSetup, line = block.line, expected, file }, index) => {
    const { output, error } = outcomes[index];
    const where = `${block.file}:${line}`;
    if (error !== undefined)
      fail(`${where}: ${isSetup ? 'setup' : 'block'} failed\n${explain(error, output)}`);
    else if (expected && normalized(output) !== normalized(expected.code)) {
      fail(`${expected.file}:${expected.line}: the block at line ${line} prints\n${output}`);
    } else if (!isSetup && file === undefined) results.passed++;
    if (flags.verbose && output) console.log(`--- ${where}\n${output.trimEnd()}`);
  });
}

function isUnrun({ directives }) {
  return directives.some(({ kind }) => kind === 'no-run');
}

function explain(error, output) {
  const stack = error
    .replaceAll(`file://${project}/`, '')
    .replaceAll(`${project}/`, '')
    .split('\n')
    .filter((line) => !/node:internal|run-modules\.mjs/.test(line));
  return [...stack, ...output.split('\n').slice(-20)]
    .map((line) => `    ${line}`)
    .join('\n')
    .trimEnd();
}

function normalized(text) {
  return text
    .trim()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

function reportTypes(errors, used) {
  const modules = new Map(used.map((module) => [module.path, module]));
  const failing = new Set();
  for (const { path, line, message } of errors) {
    const { block } = modules.get(path) ?? {};
    const file = block?.file ?? path.replace(/^scopes\//, 'scripts/docs/scopes/');
    failing.add(path);
    fail(`${file}:${line}: ${message}`);
  }
  results.passed += used.filter(({ path, isSetup }) => !isSetup && !failing.has(path)).length;
}

function fail(message) {
  results.failed++;
  console.log(`FAILED: ${message}`);
}
