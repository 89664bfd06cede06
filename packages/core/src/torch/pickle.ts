import { DataError } from '@embedllm/internals';

/** A name that a pickle refers to, such as `torch.FloatStorage`; never looked up or called. */
export class PickleGlobal {
  constructor(readonly name: string) {}
}

/** What a pickle may hold here. Dictionaries of Python become maps, tuples and lists arrays. */
export type PickleValue<T> =
  | null
  | boolean
  | number
  | string
  | PickleGlobal
  | PickleValue<T>[]
  | Map<PickleValue<T>, PickleValue<T>>
  | { readonly object: T };

/** Resolves the references of a pickle. */
export interface PickleRules<T> {
  /** Names that may occur; any other is refused. */
  readonly allowed: ReadonlySet<string>;
  /** A call of an allowed name: data in, data out. */
  call(name: string, args: PickleValue<T>[]): PickleValue<T>;
  /** An object that lies outside the pickle. */
  load(reference: PickleValue<T>): PickleValue<T>;
}

const MARK = Symbol('mark');
const MAX_OPERATIONS = 1_000_000;

/**
 * Reads a pickle of protocol 2 to 5 (Python's `pickletools.py` documents the opcodes) without
 * running anything: names outside the allow-list, and opcodes that data of tensors do not need,
 * are refused.
 *
 * @throws DataError `invalid-data`, naming what was found.
 */
export function readPickle<T>(
  bytes: Uint8Array,
  rules: PickleRules<T>,
  file?: string,
): PickleValue<T> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const stack: (PickleValue<T> | typeof MARK)[] = [];
  const memo = new Map<number, PickleValue<T>>();
  let position = 0;

  const fail = (message: string): never => {
    throw new DataError(`${message} (byte ${position} of the pickle)`, { file });
  };
  const take = (length: number): number => {
    const start = position;
    if (!(length >= 0 && start + length <= bytes.length)) fail('The pickle is truncated.');
    position += length;
    return start;
  };
  const text = (length: number): string => {
    const start = take(length);
    return new TextDecoder().decode(bytes.subarray(start, start + length));
  };
  const line = (): string => {
    const end = bytes.indexOf(10, position);
    if (end < 0) fail('The pickle is truncated.');
    const value = text(end - position);
    position = end + 1;
    return value;
  };
  const pop = (): PickleValue<T> => {
    const value = stack.pop();
    return value === undefined || value === MARK
      ? fail('The pickle reads from an empty stack.')
      : value;
  };
  const peek = (): PickleValue<T> => {
    const value = pop();
    stack.push(value);
    return value;
  };
  const popMarked = (): PickleValue<T>[] => {
    const mark = stack.lastIndexOf(MARK);
    if (mark < 0) fail('The pickle has no matching mark.');
    const values = stack.splice(mark).slice(1);
    return values.filter((value): value is PickleValue<T> => value !== MARK);
  };
  const popMany = (count: number): PickleValue<T>[] => Array.from({ length: count }, pop).reverse();
  const global = (name: string): PickleGlobal =>
    rules.allowed.has(name)
      ? new PickleGlobal(name)
      : fail(
          `The file refers to ${JSON.stringify(name)}, which tensors do not need. It was not run.`,
        );
  const recall = (index: number): PickleValue<T> => {
    const value = memo.get(index);
    return value === undefined ? fail(`The memo has no entry ${index}.`) : value;
  };
  const setItems = (items: PickleValue<T>[]): void => {
    const target = peek();
    if (!(target instanceof Map) || items.length % 2 === 1) {
      fail('Items are set on something other than a dictionary.');
    } else {
      for (let index = 0; index < items.length; index += 2) {
        target.set(items[index] as PickleValue<T>, items[index + 1] as PickleValue<T>);
      }
    }
  };
  const append = (items: PickleValue<T>[]): void => {
    const target = peek();
    if (!Array.isArray(target)) fail('Items are appended to something other than a list.');
    else for (const item of items) target.push(item);
  };
  const longInteger = (length: number): number => {
    if (length > 8) fail('An integer is too large.');
    const start = take(length);
    let value = 0n;
    for (let index = length - 1; index >= 0; index--) {
      value = (value << 8n) | BigInt(bytes[start + index]!);
    }
    return Number(BigInt.asIntN(8 * length, value));
  };

  for (let operation = 0; operation < MAX_OPERATIONS; operation++) {
    const opcode = bytes[take(1)]!;
    switch (opcode) {
      case 0x80: // PROTO
        if (bytes[take(1)]! > 5) fail('The pickle uses an unknown protocol.');
        break;
      case 0x95: // FRAME
        take(8);
        break;
      case 0x28: // MARK
        stack.push(MARK);
        break;
      case 0x2e: // STOP
        return pop();
      case 0x4e: // NONE
        stack.push(null);
        break;
      case 0x88: // NEWTRUE
      case 0x89: // NEWFALSE
        stack.push(opcode === 0x88);
        break;
      case 0x4b: // BININT1
        stack.push(bytes[take(1)]!);
        break;
      case 0x4d: // BININT2
        stack.push(view.getUint16(take(2), true));
        break;
      case 0x4a: // BININT
        stack.push(view.getInt32(take(4), true));
        break;
      case 0x8a: // LONG1
        stack.push(longInteger(bytes[take(1)]!));
        break;
      case 0x47: // BINFLOAT
        stack.push(view.getFloat64(take(8), false));
        break;
      case 0x58: // BINUNICODE
        stack.push(text(view.getUint32(take(4), true)));
        break;
      case 0x8c: // SHORT_BINUNICODE
        stack.push(text(bytes[take(1)]!));
        break;
      case 0x29: // EMPTY_TUPLE
      case 0x5d: // EMPTY_LIST
        stack.push([]);
        break;
      case 0x7d: // EMPTY_DICT
        stack.push(new Map());
        break;
      case 0x74: // TUPLE
      case 0x6c: // LIST
        stack.push(popMarked());
        break;
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: // TUPLE3
        stack.push(popMany(opcode - 0x84));
        break;
      case 0x61: // APPEND
        append([pop()]);
        break;
      case 0x65: // APPENDS
        append(popMarked());
        break;
      case 0x73: // SETITEM
        setItems(popMany(2));
        break;
      case 0x75: // SETITEMS
        setItems(popMarked());
        break;
      case 0x71: // BINPUT
        memo.set(bytes[take(1)]!, peek());
        break;
      case 0x72: // LONG_BINPUT
        memo.set(view.getUint32(take(4), true), peek());
        break;
      case 0x94: // MEMOIZE
        memo.set(memo.size, peek());
        break;
      case 0x68: // BINGET
        stack.push(recall(bytes[take(1)]!));
        break;
      case 0x6a: // LONG_BINGET
        stack.push(recall(view.getUint32(take(4), true)));
        break;
      case 0x63: // GLOBAL
        stack.push(global(`${line()}.${line()}`));
        break;
      case 0x93: {
        // STACK_GLOBAL
        const [module, name] = popMany(2);
        if (typeof module !== 'string' || typeof name !== 'string') fail('A name is not a string.');
        stack.push(global(`${module}.${name}`));
        break;
      }
      case 0x51: // BINPERSID
        stack.push(rules.load(pop()));
        break;
      case 0x52: {
        // REDUCE
        const [callee, args] = popMany(2);
        if (!(callee instanceof PickleGlobal) || !Array.isArray(args)) {
          fail('Something other than a name is called.');
        } else {
          stack.push(rules.call(callee.name, args));
        }
        break;
      }
      case 0x62: // BUILD: attributes of an object, such as the versions of a state dict's modules
        pop();
        peek();
        break;
      default:
        fail(`The opcode 0x${opcode.toString(16)} does not occur in tensor files.`);
    }
  }
  return fail(`The pickle has more than ${MAX_OPERATIONS} operations.`);
}
