import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { DEPLOY } from './deployment-files.js';

/** An object of Kubernetes, as far as tests look into it without its type. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Record<string, string> };
  readonly [field: string]: unknown;
}

/** What a chart makes of values: its objects, or why it refuses. */
export type Rendered = { readonly manifests: readonly Manifest[] } | { readonly refusal: string };

const CHART = join(DEPLOY, 'helm/embedllm-gateway');
const SOURCE = fileURLToPath(new URL('render-chart/main.go', import.meta.url));
/** Where Debian keeps the sources of Go libraries. */
const GO_PATH = '/usr/share/gocode';

/**
 * Renders the chart with Helm, or with its template engine where only Go is installed
 * (`golang-go golang-github-masterminds-sprig-dev golang-gopkg-yaml.v3-dev` of Debian).
 *
 * @returns `undefined` where neither is.
 */
export function chartRenderer(): ((values: object) => Rendered) | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'embedllm-chart-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const values = join(folder, 'values.json');
  const [program, commandOf] = findProgram(folder) ?? [];
  if (!program || !commandOf) return undefined;
  return (given) => {
    writeFileSync(values, JSON.stringify(given));
    const { status, stdout, stderr } = spawnSync(program, commandOf(values), { encoding: 'utf8' });
    if (status !== 0) return { refusal: stderr };
    const manifests = parseAllDocuments(stdout).map((document) => {
      if (document.errors[0]) throw document.errors[0];
      return document.toJS() as Manifest | null;
    });
    return { manifests: manifests.filter((manifest) => manifest !== null) };
  };
}

function findProgram(folder: string): readonly [string, (values: string) => string[]] | undefined {
  if (spawnSync('helm', ['version']).status === 0) {
    return ['helm', (values) => ['template', 'release', CHART, '--values', values]];
  }
  const go = findGo();
  if (!go || !existsSync(join(GO_PATH, 'src/github.com/Masterminds/sprig'))) return undefined;
  const program = join(folder, 'render-chart');
  const { status, stderr } = spawnSync(go, ['build', '-o', program, SOURCE], {
    encoding: 'utf8',
    env: { ...process.env, GO111MODULE: 'off', GOPATH: GO_PATH, GOCACHE: join(folder, 'cache') },
  });
  if (status !== 0) throw new Error(`The renderer does not build: ${stderr}`);
  return [program, (values) => [CHART, values, 'release']];
}

function findGo(): string | undefined {
  if (spawnSync('go', ['version']).status === 0) return 'go';
  const folders = existsSync('/usr/lib') ? readdirSync('/usr/lib') : [];
  const found = folders.filter((name) => name.startsWith('go-')).sort();
  return found.map((name) => `/usr/lib/${name}/bin/go`).findLast((path) => existsSync(path));
}
