import { environmentValue } from '@embedllm/internals';
import type { ConfigurationFields } from './configuration-fields.js';
import { Secret } from './secret.js';

/** Where secrets come from. They are never in the configuration itself. */
export interface SecretSources {
  /** By the names of variables: `process.env`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /**
   * Reads a file that holds a secret, such as one that a secret store mounts and rotates; a relative
   * path is taken from the folder of the configuration.
   *
   * @default files cannot be named
   */
  readonly readSecretFile?: ((path: string) => string) | undefined;
}

/** The two fields that can locate a secret. */
export interface SecretFields {
  readonly env: string;
  readonly file: string;
}

const KEY_TEXT = /^[\x21-\x7e]+$/;

/**
 * Reads a secret from the variable or the file that a configuration names.
 *
 * @throws DataError naming the field, never the value.
 */
export function readSecret(
  fields: ConfigurationFields,
  { env, file }: SecretFields,
  sources: SecretSources,
): Secret {
  const isFile = fields.has(file);
  if (isFile && fields.has(env)) fields.fail(file, `Set either \`${file}\` or \`${env}\`.`);
  const [field, source, value] = isFile
    ? ([file, `the file ${fields.text(file)}`, fromFile(fields, file, sources)] as const)
    : ([
        env,
        `the environment variable ${fields.text(env)}`,
        fromVariable(fields, env, sources),
      ] as const);
  if (value === '')
    fields.fail(field, `Names ${source}, which is ${isFile ? 'empty' : 'not set'}.`);
  if (!KEY_TEXT.test(value)) {
    fields.fail(field, `Names ${source}, which contains characters not allowed in a key.`);
  }
  return new Secret(value);
}

function fromVariable(
  fields: ConfigurationFields,
  key: string,
  { environment }: SecretSources,
): string {
  const variable = fields.text(key);
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable)) {
    fields.fail(key, 'Must be the name of an environment variable, not the key itself.');
  }
  return environmentValue(environment, variable)?.trim() ?? '';
}

function fromFile(
  fields: ConfigurationFields,
  key: string,
  { readSecretFile }: SecretSources,
): string {
  const path = fields.text(key);
  if (!readSecretFile) fields.fail(key, 'Files cannot be read here. Use an environment variable.');
  try {
    return readSecretFile(path).trim();
  } catch {
    return fields.fail(key, `The file ${path} cannot be read.`);
  }
}
