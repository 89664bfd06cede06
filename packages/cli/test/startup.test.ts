import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const BINARY = fileURLToPath(new URL('../dist/bin.js', import.meta.url));

/** The packages that a built file loads before it runs anything, through its own files too. */
function packagesLoadedBy(file: string, seen = new Set<string>()): Set<string> {
  const packages = new Set<string>();
  if (seen.has(file)) return packages;
  seen.add(file);
  const source = readFileSync(file, 'utf8');
  for (const [, specifier = ''] of source.matchAll(
    /^(?:import|export)\b[^'";]*?(?:from\s*)?'([^']+)'/gm,
  )) {
    if (specifier.startsWith('.')) {
      const inner = packagesLoadedBy(join(dirname(file), specifier), seen);
      for (const name of inner) packages.add(name);
    } else if (!specifier.startsWith('node:')) {
      packages.add(specifier);
    }
  }
  return packages;
}

describe('the binary', () => {
  it('loads nothing but the parser of the command line before a command runs', () => {
    expect([...packagesLoadedBy(BINARY)]).toEqual(['commander']);
  });
});
