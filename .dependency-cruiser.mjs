// What may import what, and that nothing imports in a circle: `pnpm check:structure`.
// The table is the one of CONTRIBUTING.md, "Where things are".

/** Each package's own packages at run time. `internals` is private and inlined by the bundler. */
const MAY_IMPORT = {
  internals: [],
  core: ['internals'],
  'question-encoder': ['core', 'internals'],
  'dataset-builder': ['core', 'internals'],
  trainer: ['core', 'internals'],
  router: ['core', 'internals'],
  forecaster: ['core', 'internals'],
  probes: ['core', 'internals'],
  gateway: ['router', 'core', 'internals'],
  pretrained: ['core', 'internals'],
  'encoder-english': ['core', 'question-encoder', 'internals'],
  cluster: [
    ...['core', 'dataset-builder', 'forecaster', 'question-encoder', 'trainer', 'gateway'],
    'internals',
  ],
  report: ['core', 'router', 'forecaster', 'probes', 'trainer', 'internals'],
  'simulated-pool': ['core', 'internals'],
  cli: [
    ...['core', 'dataset-builder', 'question-encoder', 'trainer', 'router', 'gateway', 'cluster'],
    ...['forecaster', 'probes', 'report', 'pretrained', 'encoder-english', 'internals'],
  ],
};

const TESTS = String.raw`\.(test|fixture)\.ts$`;

const boundaries = Object.entries(MAY_IMPORT).map(([name, allowed]) => ({
  name: `${name}-imports`,
  comment: `packages/${name} may import ${allowed.join(', ') || 'no other package'}.`,
  severity: 'error',
  from: { path: `^packages/${name}/src/`, pathNot: TESTS },
  to: { path: '^packages/', pathNot: `^packages/(${[name, ...allowed].join('|')})/` },
}));

export default {
  forbidden: [
    ...boundaries,
    {
      name: 'package-without-rule',
      comment: 'A new package states here what it may import.',
      severity: 'error',
      from: { path: '^packages/', pathNot: `^packages/(${Object.keys(MAY_IMPORT).join('|')})/` },
      to: {},
    },
    {
      name: 'no-circle',
      comment: 'Files that import each other, by types too, are one file or have the wrong cut.',
      severity: 'error',
      from: { pathNot: TESTS },
      to: { circular: true },
    },
    {
      name: 'no-test-code',
      comment: 'What is published does not import tests or fixtures.',
      severity: 'error',
      from: { path: '^packages/(?!simulated-pool)[^/]+/src/', pathNot: TESTS },
      to: { path: [TESTS, '^packages/[^/]+/(test|bench)/', '^packages/simulated-pool/'] },
    },
    {
      name: 'no-unresolvable',
      comment: 'A misspelt path, or a package that is not built: run `pnpm build` first.',
      severity: 'error',
      from: { pathNot: TESTS },
      to: { couldNotResolve: true, pathNot: '^@tensorflow/tfjs-node|^@huggingface/' },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '/dist/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.json', '.d.ts'],
    },
  },
};
