import { resolve } from 'node:path';
import { didYouMean, isJsonObject } from '@embedllm/internals';
import { type Command, InvalidArgumentError, type Option } from 'commander';
import { isAddress } from '../inputs/is-address.js';
import { UsageError } from '../program/failure.js';
import type { LoadedConfiguration } from './load-configuration.js';

/** Options that may be set for all commands at once, at the top of the configuration. */
const COMMON_KEYS: readonly string[] = [
  'data',
  'artifact',
  'seed',
  'threshold',
  'cache',
  'storage',
  'clusterCa',
  'json',
  'quiet',
  'debug',
  'color',
];

/**
 * Sets the options of a command that the command line left open: from the section of the command,
 * else from the top of the configuration. Relative paths in it start from its folder.
 *
 * @throws UsageError on an unknown key or a value that the option does not take.
 */
export function applyConfiguration(command: Command, loaded: LoadedConfiguration): void {
  const { configuration, file } = loaded;
  const program = rootOf(command);
  checkTop(program, configuration, file);
  let section: unknown = configuration;
  const path = pathOf(command);
  for (const [depth, { name, parent }] of path.entries()) {
    section = isJsonObject(section) ? Reflect.get(section, name) : undefined;
    const place = path
      .slice(0, depth + 1)
      .map((part) => part.name)
      .join('.');
    if (section !== undefined && !isJsonObject(section)) {
      throw new UsageError(`${file}: \`${place}\` must be an object.`);
    }
    const owner = parent.commands.find((candidate) => candidate.name() === name);
    if (owner && isJsonObject(section)) {
      checkKeys(section, keysOf(owner), `${file}: \`${place}\``);
    }
  }
  for (const owner of [command, program]) {
    for (const option of owner.options) {
      const name = option.attributeName();
      const source = owner.getOptionValueSource(name);
      // What another option implies is open, too: --storage only implies that there is a cluster.
      if (source !== undefined && source !== 'default' && source !== 'implied') continue;
      const own = isJsonObject(section) ? section[name] : undefined;
      // `gateway.yaml` names the artifact that it serves.
      const isCommon =
        COMMON_KEYS.includes(name) && !(name === 'artifact' && command.name() === 'serve');
      const value = own ?? (isCommon ? Reflect.get(configuration, name) : undefined);
      if (value === undefined) continue;
      owner.setOptionValueWithSource(
        name,
        convert(option, value, loaded, {
          place: [...(own === undefined ? [] : path.map((part) => part.name)), name].join('.'),
          isFalsible: canBeFalse(owner, name),
        }),
        'config',
      );
    }
  }
}

/** Names of the commands from below the program down to this one. */
function pathOf(command: Command): { name: string; parent: Command }[] {
  const { parent } = command;
  return parent ? [...pathOf(parent), { name: command.name(), parent }] : [];
}

function rootOf(command: Command): Command {
  return command.parent ? rootOf(command.parent) : command;
}

function checkTop(program: Command, configuration: object, file: string): void {
  const sections = program.commands.map((command) => command.name());
  // `$schema` is for editors.
  const known = ['encoder', ...COMMON_KEYS, 'models', 'redis', '$schema', ...sections];
  checkKeys(configuration, new Set(known), file);
}

function keysOf(command: Command): Set<string> {
  return new Set([
    ...command.options.map((option) => option.attributeName()),
    ...command.commands.map((child) => child.name()),
  ]);
}

function checkKeys(object: object, known: ReadonlySet<string>, where: string): void {
  const unknown = Object.keys(object).find((key) => !known.has(key));
  if (unknown === undefined) return;
  throw new UsageError(
    `Unknown setting \`${unknown}\` in ${where}.${didYouMean(unknown, [...known])} Available: ${[...known].join(', ')}.`,
  );
}

/** Whether there is a `--no-...` for an option that takes a value. */
function canBeFalse(command: Command, name: string): boolean {
  return command.options.some((option) => option.negate && option.attributeName() === name);
}

/** Through the option's own check, as if it had been typed. */
function convert(
  option: Option,
  value: unknown,
  { file, folder }: LoadedConfiguration,
  { place, isFalsible }: { readonly place: string; readonly isFalsible: boolean },
): unknown {
  const refuse = (reason: string): UsageError =>
    new UsageError(`${file}: \`${place}\` is ${JSON.stringify(value)}. ${reason}`);
  if (option.isBoolean() || option.negate) {
    if (typeof value === 'boolean') return value;
    throw refuse('It must be true or false.');
  }
  if (value === false && isFalsible) return value;
  // As if the flag had been typed without a value.
  if (value === true && option.optional) return option.presetArg ?? value;
  const items: unknown[] = Array.isArray(value) ? value : [value];
  const texts = items.map((item) => {
    if (typeof item !== 'string' && typeof item !== 'number') {
      throw refuse('It must be a string or a number, or a list of them.');
    }
    const isPath = /<(file|folder|path|address)/.test(option.flags) && !isAddress(String(item));
    return isPath && item !== '-' ? resolve(folder, String(item)) : String(item);
  });
  const { parseArg } = option;
  if (!parseArg) {
    if (option.variadic) return texts;
    if (texts.length === 1) return texts[0];
    throw refuse('It must be a single value.');
  }
  try {
    // An option that collects is given one item after the other.
    return texts.reduce<unknown>((previous, text) => parseArg(text, previous), undefined);
  } catch (error) {
    if (error instanceof InvalidArgumentError) throw refuse(error.message);
    throw error;
  }
}
