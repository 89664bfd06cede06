import { isJsonObject as isObject } from '@embedllm/internals';

export { isObject };

/** `undefined` where the text is not the JSON of an object. */
export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
