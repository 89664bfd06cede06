// Which names a piece of TypeScript declares, imports and refers to.
import ts from 'typescript';

/**
 * `declared` and `imported` map top-level names to whether they are types; `exported` are those
 * that the code exports itself; `referenced` holds every identifier.
 */
export function moduleNames(code) {
  const source = ts.createSourceFile('block.ts', code, ts.ScriptTarget.ES2022);
  const names = {
    declared: new Map(),
    imported: new Map(),
    exported: new Set(),
    referenced: new Set(),
  };
  for (const statement of source.statements) addStatement(statement, names);
  const visit = (node) => {
    if (ts.isIdentifier(node)) names.referenced.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return names;
}

function addStatement(statement, names) {
  if (ts.isImportDeclaration(statement)) return addImport(statement.importClause, names.imported);
  const isExported = ts.canHaveModifiers(statement)
    ? (ts.getModifiers(statement) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
    : false;
  const add = (name, isType) => {
    names.declared.set(name, isType);
    if (isExported) names.exported.add(name);
  };
  if (ts.isExportDeclaration(statement)) {
    const { exportClause, isTypeOnly } = statement;
    if (!exportClause || !ts.isNamedExports(exportClause)) return;
    for (const element of exportClause.elements) {
      names.declared.set(element.name.text, isTypeOnly || element.isTypeOnly);
      names.exported.add(element.name.text);
    }
  } else if (ts.isVariableStatement(statement)) {
    for (const { name } of statement.declarationList.declarations) addBinding(name, add);
  } else if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) {
    add(statement.name.text, true);
  } else if (statement.name && ts.isIdentifier(statement.name)) {
    add(statement.name.text, false);
  }
}

function addImport(clause, imported) {
  if (!clause) return;
  if (clause.name) imported.set(clause.name.text, clause.isTypeOnly);
  const bindings = clause.namedBindings;
  if (!bindings) return;
  if (ts.isNamespaceImport(bindings)) {
    imported.set(bindings.name.text, clause.isTypeOnly);
    return;
  }
  for (const { name, isTypeOnly } of bindings.elements) {
    imported.set(name.text, clause.isTypeOnly || isTypeOnly);
  }
}

function addBinding(name, add) {
  if (ts.isIdentifier(name)) {
    add(name.text, false);
    return;
  }
  for (const element of name.elements) {
    if (ts.isBindingElement(element)) addBinding(element.name, add);
  }
}
