// Turns the TypeScript blocks of a document into modules, each block one, whose lines are those
// of the document, so that errors of the compiler and of the run point at it without translation.
import { moduleNames } from './module-names.mjs';

/**
 * @param document - `{ blocks, scopes, entries, defaultScope }`: `scopes` maps the names of scope
 * files to their code; `entries` are entry points whose exports blocks may use without importing
 * them, as examples in doc comments do; `defaultScope` is the scope of blocks that name none.
 * @returns modules in order, `{ path, text, block, isRun, reason }`: a block's setup comes before it.
 */
export function writeModules({ blocks, scopes, entries = [], defaultScope = '' }) {
  const modules = [];
  const scopeModules = new Map();
  let previous;
  for (const block of blocks) {
    if (!isModule(block)) continue;
    const code = block.language === 'ts' ? block.code : '';
    const directive = (kind) => block.directives.find((candidate) => candidate.kind === kind);
    const visible = [];
    if (directive('continues')) {
      if (!previous) throw new Error(`${block.file}:${block.line}: there is no block to continue.`);
      visible.push(previous);
    }
    const inherited = directive('continues') ? '' : defaultScope;
    for (const name of (directive('scope')?.value ?? inherited).split(/[,\s]+/).filter(Boolean)) {
      if (!scopes.has(name)) {
        throw new Error(`${block.file}:${block.line}: no scripts/docs/scopes/${name}.ts is there.`);
      }
      if (!scopeModules.has(name)) {
        const path = `scopes/${name}.ts`;
        scopeModules.set(name, scopeModule(path, scopes.get(name)));
      }
      visible.push(scopeModules.get(name));
    }
    const setup = directive('setup');
    if (setup) {
      const path = `${block.file}.setup-${setup.line}.ts`;
      const first = { path, code: setup.value, line: setup.line };
      previous = createModule({ ...first, visible: [...visible], entries });
      modules.push({ ...previous, block, isRun: true, isSetup: true });
      visible.push(previous);
    }
    const path = `${block.file}.${block.line}.ts`;
    previous = createModule({ path, code, line: block.line, visible, entries });
    const isRun = !directive('no-run') && !directive('file');
    modules.push({ ...previous, block, isRun, isSetup: false });
  }
  return modules.map((module) => ({ ...module, text: moduleText(module) }));
}

/** TypeScript, and commands that need what a scope or a setup leaves in the folder. */
function isModule({ language, directives }) {
  return language === 'ts' || directives.some(({ kind }) => kind === 'scope' || kind === 'setup');
}

/** `names` maps what later modules may use to the module that it comes from. */
function createModule({ path, code, line, visible = [], entries = [] }) {
  const { declared, imported, exported, referenced } = moduleNames(code);
  const needed = new Set();
  const names = new Map();
  for (const [name, isType] of [...declared, ...imported]) {
    names.set(name, { path, isType, needed });
  }
  const imports = new Map();
  const sideEffects = new Set();
  for (const other of visible.toReversed()) {
    // For what it does, such as writing files, even where none of its names is used.
    sideEffects.add(relative(path, other.path));
    for (const [name, origin] of other.names) {
      if (names.has(name)) continue;
      names.set(name, origin);
      if (!referenced.has(name)) continue;
      imports.set(name, { isType: origin.isType, from: relative(path, origin.path) });
      origin.needed.add(name);
    }
  }
  for (const { specifier, names: available } of entries) {
    for (const [name, isType] of available) {
      if (names.has(name) || imports.has(name) || !referenced.has(name)) continue;
      imports.set(name, { isType, from: specifier });
    }
  }
  return { path, code, line, names, imports, sideEffects, declared, imported, exported, needed };
}

/** A scope shows what it exports, and nothing else. */
function scopeModule(path, code) {
  const { declared, exported } = moduleNames(code);
  const needed = new Set();
  const visible = [...declared].filter(([name]) => exported.has(name));
  return {
    path,
    names: new Map(visible.map(([name, isType]) => [name, { path, isType, needed }])),
  };
}

function moduleText({ code, line, imports, sideEffects, declared, imported, exported, needed }) {
  const used = [...imported].filter(([name]) => needed.has(name));
  const own = [...declared].filter(([name]) => !exported.has(name));
  const exports = [...own, ...used].map(([name, isType]) => (isType ? `type ${name}` : name));
  return `${importStatements(imports, sideEffects)}${'\n'.repeat(line - 1)}${code}\nexport { ${exports.join(', ')} };\n`;
}

function importStatements(imports, sideEffects) {
  const bySource = new Map([...sideEffects].map((from) => [from, []]));
  for (const [name, { isType, from }] of imports) {
    const list = bySource.get(from) ?? [];
    bySource.set(from, [...list, isType ? `type ${name}` : name]);
  }
  return [...bySource]
    .map(([from, list]) => {
      const bindings = list.length > 0 ? `{ ${list.join(', ')} } from ` : '';
      return `import ${bindings}'${from}';`;
    })
    .join(' ');
}

function relative(path, from) {
  const up = '../'.repeat(path.split('/').length - 1) || './';
  return `${up}${from.replace(/\.ts$/, '.js')}`;
}
