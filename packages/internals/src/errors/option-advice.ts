/** A value as a message suggests it: one, several, or one for each key (such as a task). */
export type OptionValue = string | number | readonly string[] | Readonly<Record<string, string>>;

/** An option that a message names. */
export interface NamedOption {
  /** As the options object has it, such as `questionId`. */
  readonly name: string;
  /** What to set it to; left out where only the reader knows. */
  readonly value?: OptionValue | undefined;
  /** How the message writes it. A program that calls the option otherwise can replace this. */
  readonly text: string;
}

/** A message that names options, for `EmbedLLMError` and `DataError`. */
export interface Advice {
  readonly text: string;
  readonly options: readonly NamedOption[];
}

/**
 * Names an option in a message written with `advice`: `the option filter`, or with a value
 * `incomplete: 'skip'`.
 */
export function namedOption(name: string, value?: OptionValue): NamedOption {
  if (value === undefined) return { name, text: `the option ${name}` };
  return { name, value, text: `${name}: ${literal(value)}` };
}

/**
 * Tag of a template whose message names options, so that a program with other names for them (flags
 * of a command line) can say its own.
 *
 * @example
 * const message = advice`has two filters. Choose with ${namedOption('filter')}.`;
 * console.log(message.text); // has two filters. Choose with the option filter.
 */
export function advice(
  texts: TemplateStringsArray,
  ...values: readonly (string | number | NamedOption | Advice)[]
): Advice {
  const options: NamedOption[] = [];
  const parts = values.map((value) => {
    if (typeof value !== 'object') return String(value);
    options.push(...('options' in value ? value.options : [value]));
    return value.text;
  });
  return {
    text: texts.map((text, index) => `${text}${parts[index] ?? ''}`).join(''),
    options,
  };
}

function literal(value: OptionValue): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return `'${value}'`;
  if (isList(value)) return `[${value.map((item) => `'${item}'`).join(', ')}]`;
  const entries = Object.entries(value).map(([key, item]) => `'${key}': '${item}'`);
  return `{ ${entries.join(', ')} }`;
}

function isList(value: OptionValue): value is readonly string[] {
  return Array.isArray(value);
}
