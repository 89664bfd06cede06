import type { StuckState } from '@embedllm/router/sessions';
import { isObject, parseObject } from '../http/json-object.js';

/** What a model's cache holds of a conversation. */
export interface WarmPrefix {
  readonly tokens: number;
  /** When it is forgotten there, in milliseconds since 1970. */
  readonly until: number;
  /** Its beginning, where that is kept for an hour. */
  readonly hour?: Pick<WarmPrefix, 'tokens' | 'until'> | undefined;
}

/** What is remembered of a session from request to request. Plain JSON. */
export interface SessionMemory {
  /** The model that answered last. */
  readonly model: string;
  /** How many requests were answered. */
  readonly calls: number;
  /** What the last of them was expected to read, by its text alone. */
  readonly lastEstimate: number;
  /** Tokens that the first and the last of them read, and that all of them wrote. */
  readonly firstInput: number;
  readonly lastInput: number;
  readonly written: number;
  /** By what holds it: see `cacheOf`. */
  readonly warm: Readonly<Record<string, WarmPrefix>>;
  /** The share of the prefix that the last cache keeps for an hour: what clients ask for, whichever model reads it. */
  readonly hourShare: number;
  /** P(success) of the models, by name, at its last tasks: requests that do not only bring results of tools. */
  readonly tasks: readonly Readonly<Record<string, number>>[];
  /** Messages of the last request whose outcomes are counted. */
  readonly seen: number;
  /** The test of whether its model is stuck. */
  readonly stuck: StuckState | undefined;
  /** An outcome that was posted since has shown it. */
  readonly isStuck: boolean;
  /** The models that were stuck. */
  readonly left: readonly string[];
}

/** What is remembered of a session that begins. */
export const NOTHING: SessionMemory = {
  model: '',
  calls: 0,
  lastEstimate: 0,
  firstInput: 0,
  lastInput: 0,
  written: 0,
  warm: {},
  hourShare: 0,
  tasks: [],
  seen: 0,
  stuck: undefined,
  isStuck: false,
  left: [],
};

/** Reads what was kept of a session; `undefined` where it is not a memory of this version. */
export function readMemory(text: string | undefined): SessionMemory | undefined {
  const value = text === undefined ? undefined : parseObject(text);
  if (!value) return undefined;
  for (const [name, standard] of Object.entries(NOTHING)) {
    const kept = value[name];
    if (standard !== undefined && typeof kept !== typeof standard) return undefined;
  }
  const { warm, left, stuck, tasks } = value;
  const isWhole =
    isObject(warm) &&
    Object.values(warm).every(isPrefix) &&
    Array.isArray(tasks) &&
    tasks.every((task) => isObject(task) && isNumber(...Object.values(task))) &&
    Array.isArray(left) &&
    left.every((name) => typeof name === 'string') &&
    (stuck === undefined || isStuckState(stuck));
  return isWhole ? ({ ...NOTHING, ...value } as SessionMemory) : undefined;
}

function isPrefix(value: unknown): boolean {
  if (!isObject(value) || !isNumber(value.tokens, value.until)) return false;
  return value.hour === undefined || isPrefix(value.hour);
}

function isStuckState(value: unknown): boolean {
  if (!isObject(value)) return false;
  return Object.values(value).every((bets) => {
    if (!isObject(bets) || !Array.isArray(bets.worth)) return false;
    return isNumber(bets.outcomes, ...bets.worth);
  });
}

function isNumber(...values: readonly unknown[]): boolean {
  return values.every((value) => typeof value === 'number');
}
