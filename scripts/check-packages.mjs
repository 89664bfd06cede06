// Packs every public package as it would be published and checks the tarballs:
// publint (manifest and files) and are-the-types-wrong (types of every entry point, ESM only).
// Ends with one line that counts: `package checks: N passed, N failed`.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packPackages } from './pack-packages.mjs';
import { runPnpm } from './workspace.mjs';

const folder = mkdtempSync(join(tmpdir(), 'embedllm-pack-'));
const results = { passed: 0, failed: 0 };
try {
  for (const { manifest, tarball } of packPackages(folder)) {
    count(tarball !== undefined, `${manifest.name}: pack`);
    if (!tarball) continue;
    count(runPnpm(['exec', 'publint', '--strict', tarball]) === 0, `${manifest.name}: publint`);
    count(
      runPnpm(['exec', 'attw', '--profile', 'esm-only', tarball]) === 0,
      `${manifest.name}: are the types wrong`,
    );
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
