import { isObject } from '../http/json-object.js';

/** The message of an error that an upstream wrote, whatever form it has. */
export function messageOf(error: unknown): string {
  if (typeof error === 'string') return error;
  return isObject(error) && typeof error.message === 'string' ? error.message : 'unknown error';
}
