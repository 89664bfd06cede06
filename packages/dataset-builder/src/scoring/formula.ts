import { isJsonObject } from '@embedllm/internals';
import { type Complex, multiply, ONE, power, real } from './complex.js';
import { MATH_FUNCTIONS } from './math-functions.js';

/** Numbers by name. */
const CONSTANTS: ReadonlyMap<string, Complex> = new Map([
  ['Pi', real(Math.PI)],
  ['ExponentialE', real(Math.E)],
  ['e', real(Math.E)],
  ['ImaginaryUnit', { re: 0, im: 1 }],
  ['i', { re: 0, im: 1 }],
]);

/** A formula whose value can be computed wherever its unknowns are. */
export interface Formula {
  readonly unknowns: ReadonlySet<string>;
  /** Not finite where it has no value, or one beyond doubles. */
  at(point: ReadonlyMap<string, number>): Complex;
}

class NotAFormula extends Error {}

/** A formula of MathJSON; `undefined` where it holds anything but numbers, unknowns and known functions. */
export function formulaOf(json: unknown): Formula | undefined {
  const unknowns = new Set<string>();
  try {
    const compute = compile(json, unknowns);
    return { unknowns, at: compute };
  } catch (error) {
    if (error instanceof NotAFormula) return undefined;
    throw error;
  }
}

type Compute = (point: ReadonlyMap<string, number>) => Complex;

function compile(json: unknown, unknowns: Set<string>): Compute {
  if (typeof json === 'number') return constant(real(json));
  if (typeof json === 'string') return compileSymbol(json, unknowns);
  if (isJsonObject(json)) {
    if (typeof json.num === 'string') return constant(real(numberOf(json.num)));
    if (typeof json.sym === 'string') return compileSymbol(json.sym, unknowns);
    return compile(json.fn, unknowns);
  }
  if (!Array.isArray(json)) throw new NotAFormula();
  const [name, ...operands]: unknown[] = json;
  const values = operands.map((operand) => compile(operand, unknowns));
  if (values.length === 0) throw new NotAFormula();
  if (name === 'InvisibleOperator') return compileJuxtaposed(operands, values);
  const compute = typeof name === 'string' ? MATH_FUNCTIONS.get(name) : undefined;
  if (compute === undefined) throw new NotAFormula();
  return (point) => compute(...values.map((value) => value(point)));
}

function constant(value: Complex): Compute {
  return () => value;
}

function compileSymbol(name: string, unknowns: Set<string>): Compute {
  const value = CONSTANTS.get(name);
  if (value !== undefined) return constant(value);
  // Names in capitals are the parser's own, such as PositiveInfinity.
  if (/^[A-Z][a-z]/.test(name)) throw new NotAFormula();
  unknowns.add(name);
  return (point) => real(point.get(name) ?? Number.NaN);
}

/** A product, but for `1\frac{1}{2}`. */
function compileJuxtaposed(operands: readonly unknown[], values: readonly Compute[]): Compute {
  const [whole, fraction] = operands;
  const isMixed =
    operands.length === 2 &&
    Number.isInteger(whole) &&
    Array.isArray(fraction) &&
    fraction[0] === 'Divide' &&
    fraction.slice(1).every(Number.isInteger);
  return (point) => {
    const computed = values.map((value) => value(point));
    return isMixed
      ? computed.reduce((a, b) => ({ re: a.re + b.re, im: 0 }))
      : computed.reduce(multiply, ONE);
  };
}

/** `1.5e3`, or with repeating digits `0.1(6)`. */
function numberOf(text: string): number {
  const [, head = '', repeated = '', exponent = '0'] =
    /^(-?\d*\.\d*)\((\d+)\)(?:e([-+]?\d+))?$/.exec(text) ?? [];
  if (repeated === '') return Number(text);
  const places = head.length - head.indexOf('.') - 1;
  const tail = Number(repeated) / (10 ** repeated.length - 1) / 10 ** places;
  const value = Number(head) + (head.startsWith('-') ? -tail : tail);
  return value * power(real(10), real(Number(exponent))).re;
}
