// Packs every public package as it would be published and checks the tarballs:
// publint (manifest and files) and are-the-types-wrong (types of every entry point, ESM only), and
// that declarations import only what brings its own types.
// Ends with one line that counts: `package checks: N passed, N failed`.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packPackages } from './pack-packages.mjs';
import { runPnpm } from './workspace.mjs';

const folder = mkdtempSync(join(tmpdir(), 'embedllm-pack-'));
const results = { passed: 0, failed: 0 };
try {
  for (const { directory, manifest, tarball } of packPackages(folder)) {
    count(tarball !== undefined, `${manifest.name}: pack`);
    if (!tarball) continue;
    count(runPnpm(['exec', 'publint', '--strict', tarball]) === 0, `${manifest.name}: publint`);
    count(
      runPnpm(['exec', 'attw', '--profile', 'esm-only', tarball]) === 0,
      `${manifest.name}: are the types wrong`,
    );
    const untyped = untypedImports(join(directory, 'dist'), manifest);
    count(untyped.length === 0, [`${manifest.name}: types of imports`, ...untyped].join(' '));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`package checks: ${results.passed} passed, ${results.failed} failed`);
process.exit(results.failed === 0 ? 0 : 1);

function count(isPassed, what) {
  results[isPassed ? 'passed' : 'failed']++;
  console.log(`${isPassed ? 'passed' : 'FAILED'}: ${what}`);
}

/**
 * Packages that declarations import although an installation has no types of them: those that are
 * no dependency, and those whose types are a development dependency here.
 */
function untypedImports(folder, { name, dependencies, peerDependencies, devDependencies }) {
  const installed = { ...dependencies, ...peerDependencies, [name]: '' };
  const imported = readdirSync(folder)
    .filter((file) => file.endsWith('.d.ts'))
    .flatMap((file) => [
      ...readFileSync(join(folder, file), 'utf8').matchAll(
        /^(?:import|export)\b.* from '((?:@[^/']+\/)?[^./'][^/']*)/gm,
      ),
    ])
    .map(([, module]) => module)
    .filter((module) => !module.startsWith('node:'));
  return [...new Set(imported)].filter(
    (module) => !Object.hasOwn(installed, module) || devDependencies?.[`@types/${module}`],
  );
}
