// What the built packages export, entry point by entry point.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** Entry points of a workspace package: specifier, and exported names to whether they are types. */
export function entryPoints({ directory, manifest }) {
  const entries = [];
  for (const [path, conditions] of Object.entries(manifest.exports ?? {})) {
    if (typeof conditions !== 'object') continue;
    const types = join(directory, conditions.types);
    const code = join(directory, conditions.default);
    if (!existsSync(types) || !existsSync(code)) {
      throw new Error(`${manifest.name} is not built: run \`pnpm build\` first.`);
    }
    const values = exportedNames(code);
    const names = new Map([...exportedNames(types)].map((name) => [name, !values.has(name)]));
    entries.push({ specifier: manifest.name + path.slice(1), names });
  }
  return entries;
}

function exportedNames(file) {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022);
  const names = new Set();
  for (const statement of source.statements) {
    if (!ts.isExportDeclaration(statement) || !statement.exportClause) continue;
    if (!ts.isNamedExports(statement.exportClause)) continue;
    for (const { name } of statement.exportClause.elements) names.add(name.text);
  }
  return names;
}
