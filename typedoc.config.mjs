// The API reference: `pnpm docs:api` writes it to docs/api, from the sources of all public packages.
import { publicEntries } from './scripts/docs/public-entries.mjs';

const entries = publicEntries();

export default {
  name: 'EmbedLLM for TypeScript',
  tsconfig: 'tsconfig.docs.json',
  entryPoints: entries.map(({ source }) => source),
  // Packages refer to each other's sources, so that types link across them.
  compilerOptions: {
    paths: Object.fromEntries(entries.map(({ specifier, source }) => [specifier, [`./${source}`]])),
  },
  plugin: ['./scripts/docs/name-modules.mjs'],
  readme: 'docs/README.md',
  projectDocuments: ['docs/guides/*.md', 'docs/measurements/*.md'],
  // Its own, and SQL. Imported from typedoc, the site's plugin would load it twice.
  highlightLanguages: [
    ...['bash', 'console', 'css', 'html', 'javascript', 'json', 'jsonc', 'json5', 'yaml', 'tsx'],
    ...['typescript', 'sql'],
  ],
  out: 'docs/api',
  disableSources: true, // the reference is published without a link to a repository
  excludeInternal: true,
  excludePrivate: true,
  excludeExternals: true,
  skipErrorChecking: true,
  treatWarningsAsErrors: true,
  requiredToBeDocumented: ['Class', 'Interface', 'Function', 'TypeAlias', 'Variable'],
  packagesRequiringDocumentation: [
    ...new Set(entries.map(({ specifier }) => specifier.split('/').slice(0, 2).join('/'))),
  ],
  // Guides link to folders of the repository, which no page here stands for.
  validation: { notExported: true, invalidLink: true, invalidPath: false, notDocumented: true },
};
