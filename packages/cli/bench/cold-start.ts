// How long `embedllm --help` takes from the shell, next to other programs of this workspace and an
// empty Node: `pnpm exec tsx bench/cold-start.ts [runs]`. Build first. Reports the least of the
// runs, taken in turns, since the machine may be doing other work; processor time says more then.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const RUNS = Number(process.argv[2] ?? 20);
const root = fileURLToPath(new URL('../../../', import.meta.url));
const require = createRequire(join(root, 'package.json'));

/** The script behind a program that is installed at the root. */
function script(name: string, program: string): string {
  const manifest = require.resolve(`${name}/package.json`);
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8'));
  return join(dirname(manifest), typeof bin === 'string' ? bin : bin[program]);
}

const programs: readonly (readonly [string, readonly string[]])[] = [
  ['node, empty', ['-e', '0']],
  ['embedllm --help', [fileURLToPath(new URL('../dist/bin.js', import.meta.url)), '--help']],
  [
    'embedllm train --help',
    [fileURLToPath(new URL('../dist/bin.js', import.meta.url)), 'train', '--help'],
  ],
  ['tsup --help', [script('tsup', 'tsup'), '--help']],
  ['tsc --help', [script('typescript', 'tsc'), '--help']],
  ['changeset --help', [script('@changesets/cli', 'changeset'), '--help']],
];

const folder = mkdtempSync(join(tmpdir(), 'embedllm-cold-start-'));
const preload = join(folder, 'preload.cjs');
writeFileSync(
  preload,
  `process.on('exit', () => {
     const { user, system } = process.cpuUsage();
     require('node:fs').writeSync(3, String((user + system) / 1000));
   });`,
);

/** Milliseconds until the program has ended, and of processor time that it took. */
function measure(argv: readonly string[]): { wallMs: number; cpuMs: number } {
  const start = performance.now();
  const { error, output } = spawnSync(process.execPath, ['--require', preload, ...argv], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  if (error) throw error;
  return { wallMs: performance.now() - start, cpuMs: Number(String(output[3])) };
}

const least = programs.map(([name, argv]) => ({ name, argv, wallMs: Infinity, cpuMs: Infinity }));
for (let run = 0; run < RUNS; run++) {
  for (const entry of least) {
    const { wallMs, cpuMs } = measure(entry.argv);
    entry.wallMs = Math.min(entry.wallMs, wallMs);
    entry.cpuMs = Math.min(entry.cpuMs, cpuMs);
  }
}
rmSync(folder, { recursive: true });
const own = least.find(({ name }) => name === 'embedllm --help');
console.log(`least of ${RUNS} runs, Node ${process.version}`);
for (const { name, wallMs, cpuMs } of least) {
  const ratio = (cpuMs / (own?.cpuMs ?? Number.NaN)).toFixed(2);
  console.log(
    `${name.padEnd(24)} ${wallMs.toFixed(0).padStart(5)} ms, ${cpuMs.toFixed(0).padStart(5)} ms of processor, ${ratio} x`,
  );
}
