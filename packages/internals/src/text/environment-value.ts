/** A variable of the environment; `undefined` where it is not set, or is what every object inherits. */
export function environmentValue(
  environment: Readonly<Record<string, string | undefined>>,
  name: string,
): string | undefined {
  return Object.hasOwn(environment, name) ? environment[name] : undefined;
}
