import { isObject, parseObject } from '../http/json-object.js';

/** What is remembered of a session from request to request. */
export interface SessionMemory {
  /** The model that answered last. */
  readonly model: string;
  /** How many requests were answered. */
  readonly calls: number;
}

/** Reads what was kept of a session; `undefined` where it is not a memory of this version. */
export function readMemory(text: string | undefined): SessionMemory | undefined {
  const value = text === undefined ? undefined : parseObject(text);
  if (!isObject(value)) return undefined;
  const { model, calls } = value;
  return typeof model === 'string' && typeof calls === 'number' ? { model, calls } : undefined;
}
