// The API reference as pages of the site, with the settings of `pnpm docs:api`.
import { fileURLToPath } from 'node:url';
import shared from '../typedoc.config.mjs';

const { out: _, projectDocuments: __, ...options } = shared;

export default {
  ...options,
  tsconfig: pathOf('../tsconfig.docs.json'),
  basePath: pathOf('..'),
  entryPoints: options.entryPoints.map((source) => pathOf(`../${source}`)),
  compilerOptions: {
    paths: Object.fromEntries(
      Object.entries(options.compilerOptions.paths).map(([specifier, sources]) => [
        specifier,
        sources.map((source) => pathOf(`../${source}`)),
      ]),
    ),
  },
  plugin: [
    pathOf('node_modules/typedoc-plugin-markdown/dist/index.js'),
    ...options.plugin.map((plugin) => pathOf(`../${plugin}`)),
  ],
  outputs: [{ name: 'markdown', path: pathOf('content/api') }],
  readme: 'none',
  entryFileName: 'index',
  hidePageHeader: true,
  hideBreadcrumbs: true,
  router: 'module',
  useCodeBlocks: true,
  useHTMLAnchors: true,
  expandObjects: false,
  useHTMLEncodedBrackets: true,
  sanitizeComments: true,
  parametersFormat: 'table',
  indexFormat: 'table',
};

function pathOf(path) {
  return fileURLToPath(new URL(path, import.meta.url));
}
