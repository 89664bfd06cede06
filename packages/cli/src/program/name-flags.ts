import type { Command } from 'commander';

/**
 * An error message with the flags of the command instead of the options of the library that it names.
 * The libraries are not imported for it: errors are recognized by their shape.
 */
export function nameFlags(message: string, error: unknown, command: Command | undefined): string {
  const named: unknown = error instanceof Error ? Reflect.get(error, 'options') : undefined;
  if (command === undefined || !Array.isArray(named)) return message;
  // The longest first: one may be the beginning of another.
  const length = (option: unknown): number => String(field(option, 'text')).length;
  const ordered: unknown[] = [...named].sort((a, b) => length(b) - length(a));
  return ordered.reduce<string>((text, option) => {
    const written = field(option, 'text');
    const flag = flagOf(command, field(option, 'name'));
    if (typeof written !== 'string' || flag === undefined) return text;
    const shown = [flag, ...shellValue(field(option, 'value'))].join(' ');
    return text.replaceAll(written, () => shown);
  }, message);
}

function flagOf(command: Command, name: unknown): string | undefined {
  const flags = command.options.filter((option) => option.attributeName() === name);
  return flags.find(({ negate }) => !negate)?.long ?? undefined;
}

/** As a shell takes it. */
function shellValue(value: unknown): string[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return [quoted(value.map(listed).join(','))];
  if (typeof value !== 'object' || value === null) return [quoted(String(value))];
  const entries = Object.entries(value).map(([key, item]) => listed(`${key}=${String(item)}`));
  return [quoted(entries.join(','))];
}

/** An item of a list; see `names`. */
function listed(item: unknown): string {
  const text = String(item);
  return text.includes(',') ? `"${text.replaceAll('"', '""')}"` : text;
}

function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function field(object: unknown, key: string): unknown {
  return typeof object === 'object' && object !== null ? Reflect.get(object, key) : undefined;
}
