import { readFileSync, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { DataError, EmbedLLMError } from '@embedllm/core';
import { checkObject, checkString, jsonFault, reasonOf } from '@embedllm/internals';
import { readText } from '@embedllm/internals/files';
import { LineCounter, parseDocument, visit, YAMLParseError } from 'yaml';
import type { GatewayConfiguration } from '../configuration/configuration.js';
import {
  type ParseConfigurationOptions,
  parseGatewayConfiguration,
} from '../configuration/parse-configuration.js';
import { describeYamlProblem } from './yaml-problem.js';

const MAX_BYTES = 4_194_304;

/** What somebody without a configuration can start from, on one line. */
const FIRST_CONFIGURATION =
  '{ artifact: artifact, upstreams: { openai: { baseURL: https://api.openai.com/v1, apiKeyEnv: OPENAI_API_KEY } }, models: { NAME-OF-A-MODEL: { upstream: openai } } }';

/**
 * Reads a gateway's configuration from a JSON or YAML file (`.yaml`, `.yml`). Relative paths in it
 * are taken from the folder of the file. Node only.
 *
 * @throws EmbedLLMError `io` when the file cannot be read; DataError `invalid-data` as
 * `parseGatewayConfiguration`.
 */
export async function readGatewayConfiguration(
  path: string,
  options: Pick<ParseConfigurationOptions, 'environment'>,
): Promise<GatewayConfiguration> {
  const { environment } = checkObject('options', options);
  checkString('path', path);
  const text = await readConfiguration(path);
  const value = /\.ya?ml$/i.test(path) ? parseYaml(text, path) : parseJson(text, path);
  const configuration = parseGatewayConfiguration(value, {
    environment,
    file: path,
    readSecretFile: (file) => readSecretFile(resolve(dirname(path), file)),
  });
  const { artifact, decisions, limits } = configuration;
  const at = (file: string): string => resolve(dirname(path), file);
  const atGiven = (file: string | undefined): string | undefined =>
    file === undefined ? undefined : at(file);
  return {
    ...configuration,
    artifact: atGiven(artifact),
    decisions: decisions && { ...decisions, file: at(decisions.file) },
    limits: { ...limits, ledger: atGiven(limits.ledger) },
  };
}

/** Read at once: a pipe without a writer would stop the process for good. */
function readSecretFile(path: string): string {
  if (!statSync(path).isFile()) throw new Error(`${path} is not a file.`);
  return readFileSync(path, 'utf8');
}

async function readConfiguration(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size <= MAX_BYTES) return await readText(path);
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    const isMissing = cause instanceof Error && Reflect.get(cause, 'code') === 'ENOENT';
    const message = isMissing
      ? `Configuration ${path} not found. \`embedllm init\` writes one. By hand, start from models of your artifact: ${FIRST_CONFIGURATION}`
      : `The configuration ${path} cannot be read (${reasonOf(cause)}).`;
    throw new EmbedLLMError(message, { code: 'io', cause });
  }
  throw new DataError(`Is larger than ${MAX_BYTES} bytes.`, { file: path });
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new DataError(`Is not valid JSON: ${jsonFault(text)}.`, { file, cause });
  }
}

function parseYaml(text: string, file: string): unknown {
  const invalid = (problems: readonly Error[]): DataError =>
    new DataError(`Is not valid YAML${describeYamlProblem(problems)}`, {
      file,
      cause: problems[0],
    });
  const lines = new LineCounter();
  const document = parseDocument(text, { uniqueKeys: true, lineCounter: lines });
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document)) return;
      const [start = 0, end = start] = alias.range ?? [];
      const message = 'Unresolved alias';
      document.errors.push(new YAMLParseError([start, end], 'BAD_ALIAS', message));
    },
  });
  // A warning, as of a tag that is not known, would be printed by the parser itself.
  const problems = [...document.errors, ...document.warnings];
  for (const problem of problems) problem.linePos ??= [lines.linePos(problem.pos[0])];
  if (problems.length > 0) throw invalid(problems);
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw invalid([cause instanceof Error ? cause : new Error(reasonOf(cause))]);
  }
}
