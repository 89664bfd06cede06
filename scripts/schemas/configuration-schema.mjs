// The JSON Schema of embedllm.config.json, from the type that defineConfig takes and its doc comments.
// What only a program can hold, such as an encoder of one's own, is left out.
import { join } from 'node:path';
import ts from 'typescript';
import { root } from '../workspace.mjs';

/** Types that are being read: within one, the same again may be anything. */
const open = new Set();
const TYPES = join(root, 'packages/cli/src/index.ts');

export function configurationSchema() {
  const program = ts.createProgram([TYPES], {
    strict: true,
    exactOptionalPropertyTypes: true,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    module: ts.ModuleKind.ESNext,
    skipLibCheck: true,
    types: ['node'],
  });
  const checker = program.getTypeChecker();
  const exported = checker.getExportsOfModule(
    checker.getSymbolAtLocation(program.getSourceFile(TYPES)),
  );
  const symbol = exported.find(({ name }) => name === 'Configuration');
  const { type, ...schema } = schemaOf(checker.getDeclaredTypeOfSymbol(symbol), checker);
  schema.properties.$schema = { type: 'string', description: 'Where this schema is.' };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Configuration of the command line of @embedllm/cli',
    type,
    ...schema,
  };
}

/** `undefined` for a type that JSON cannot hold. */
function schemaOf(type, checker) {
  if (open.has(type)) return {};
  open.add(type);
  const schema = schemaOfNew(type, checker);
  open.delete(type);
  return schema;
}

function schemaOfNew(type, checker) {
  if (type.isUnion()) return unionSchema(type, checker);
  if (type.isStringLiteral() || type.isNumberLiteral()) return { enum: [type.value] };
  if (type.flags & ts.TypeFlags.BooleanLiteral) return { enum: [type.intrinsicName === 'true'] };
  if (type.flags & ts.TypeFlags.String) return { type: 'string' };
  if (type.flags & ts.TypeFlags.Number) return { type: 'number' };
  if (!(type.flags & ts.TypeFlags.Object) || type.getCallSignatures().length > 0) return undefined;
  if (checker.isArrayType(type)) {
    const items = schemaOf(checker.getTypeArguments(type)[0], checker);
    return items && { type: 'array', items };
  }
  return objectSchema(type, checker);
}

function unionSchema(type, checker) {
  const schemas = type.types
    .filter(({ flags }) => !(flags & ts.TypeFlags.Undefined))
    .map((member) => schemaOf(member, checker))
    .filter((schema) => schema !== undefined);
  if (schemas.some((schema) => Object.keys(schema).length === 0)) return {};
  const values = schemas.flatMap((schema) => schema.enum ?? []);
  const others = schemas.filter((schema) => schema.enum === undefined);
  if (values.includes(true) && values.includes(false)) {
    others.push({ type: 'boolean' });
    values.splice(0, values.length, ...values.filter((value) => typeof value !== 'boolean'));
  }
  if (values.length > 0) others.push({ enum: values });
  if (others.length === 0) return undefined;
  return others.length === 1 ? others[0] : { anyOf: others };
}

function objectSchema(type, checker) {
  const index = checker.getIndexInfoOfType(type, ts.IndexKind.String);
  if (index) {
    const values = schemaOf(index.type, checker);
    return values && { type: 'object', additionalProperties: values };
  }
  const properties = {};
  const required = [];
  for (const property of checker.getPropertiesOfType(type)) {
    const schema = schemaOf(checker.getTypeOfSymbol(property), checker);
    const isOptional = Boolean(property.flags & ts.SymbolFlags.Optional);
    // An object that must have a function is for programs alone.
    if (!schema && !isOptional) return undefined;
    if (!schema) continue;
    properties[property.name] = { ...described(property, checker), ...schema };
    if (!isOptional) required.push(property.name);
  }
  return {
    type: 'object',
    additionalProperties: false,
    ...(required.length > 0 && { required }),
    properties,
  };
}

/** The doc comment, with the default. */
function described(property, checker) {
  const text = ts.displayPartsToString(property.getDocumentationComment(checker));
  const tag = property.getJsDocTags(checker).find(({ name }) => name === 'default');
  const fallback = tag && `Default: ${ts.displayPartsToString(tag.text)}`;
  const description = [text, fallback]
    .filter(Boolean)
    .join('\n\n')
    .replaceAll(/\s*\n\s*/g, ' ');
  return description ? { description } : {};
}
