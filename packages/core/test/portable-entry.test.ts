import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const dist = new URL('../dist/', import.meta.url);

/** A built file with everything that it imports, by name. */
function withImports(name: string, found: Map<string, string> = new Map()): Map<string, string> {
  if (found.has(name)) return found;
  const text = readFileSync(new URL(name, dist), 'utf8');
  found.set(name, text);
  for (const [, path] of text.matchAll(/(?:from|import)\s*\(?\s*["']([^"']+)["']/g)) {
    if (path?.startsWith('.')) withImports(path.slice(2), found);
    else found.set(path ?? '', '');
  }
  return found;
}

describe('the main entry', () => {
  it('imports nothing but its own files and uses no global of Node', () => {
    const files = withImports('index.js');
    // The model card that it writes shows these imports.
    const shown = ['@embedllm/core/node', '@embedllm/question-encoder', '@embedllm/router'];
    const others = [...files.keys()].filter((name) => !name.endsWith('.js'));
    expect(others.filter((name) => !shown.includes(name))).toEqual([]);
    for (const text of files.values()) {
      expect(text).not.toMatch(/\b(?:process|Buffer|__dirname|require)\b\s*[.([]/);
    }
  });

  it('is told from the Node entry by the same look', () => {
    expect([...withImports('node.js').keys()]).toContain('node:fs/promises');
  });
});
