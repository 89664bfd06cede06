import { isJsonObject as isObject } from '@embedllm/internals';

export { isObject };

const DECODER = new TextDecoder();

/** `undefined` where the text is not the JSON of an object. */
export function parseObject(json: string | Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(typeof json === 'string' ? json : DECODER.decode(json));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
