/** An object that JSON gave, whose values are not checked yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** An object, rather than a list, a text, a number, a flag or null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value of an object's own key; `undefined` where it is absent. */
export function ownValue(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
