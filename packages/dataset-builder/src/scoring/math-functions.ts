import {
  add,
  arcsin,
  arctan,
  type Complex,
  cos,
  divide,
  exp,
  ln,
  modulus,
  multiply,
  negate,
  ONE,
  power,
  real,
  root,
  sin,
  sqrt,
  subtract,
} from './complex.js';

/** A function of MathJSON; throws where its arguments are too few. */
export type MathFunction = (...values: Complex[]) => Complex;

const UNDEFINED: Complex = real(Number.NaN);

/** Of one argument. */
function unary(compute: (a: Complex) => Complex): MathFunction {
  return (a = UNDEFINED) => compute(a);
}

/** Of two arguments. */
function binary(compute: (a: Complex, b: Complex) => Complex): MathFunction {
  return (a = UNDEFINED, b = UNDEFINED) => compute(a, b);
}

/** Of one real argument. */
function realOnly(compute: (a: number) => number): MathFunction {
  return (a = UNDEFINED) => (a.im === 0 ? real(compute(a.re)) : UNDEFINED);
}

const logarithm: MathFunction = (a = UNDEFINED, base = real(10)) => {
  // Of usual bases exact, where a quotient of logarithms is not.
  if (a.im === 0 && a.re > 0 && base.im === 0 && base.re === 10) return real(Math.log10(a.re));
  if (a.im === 0 && a.re > 0 && base.im === 0 && base.re === 2) return real(Math.log2(a.re));
  return divide(ln(a), ln(base));
};

function factorial(n: number): number {
  if (!Number.isInteger(n) || n < 0 || n > 170) return Number.NaN;
  let product = 1;
  for (let factor = 2; factor <= n; factor++) product *= factor;
  return product;
}

function binomial(n: Complex, k: Complex): Complex {
  const isWhole = [n, k].every(({ re, im }) => im === 0 && Number.isInteger(re) && re >= 0);
  if (!isWhole || n.re > 1000) return UNDEFINED;
  if (k.re > n.re) return real(0);
  let product = 1;
  for (let step = 1; step <= k.re; step++) product = (product * (n.re - k.re + step)) / step;
  return real(Math.round(product));
}

const sinh = (a: Complex): Complex => divide(subtract(exp(a), exp(negate(a))), real(2));
const cosh = (a: Complex): Complex => divide(add(exp(a), exp(negate(a))), real(2));

/** Functions that a formula may have, by their names in MathJSON; their values are those of doubles. */
export const MATH_FUNCTIONS: ReadonlyMap<string, MathFunction> = new Map<string, MathFunction>([
  ['Add', (...values) => values.reduce(add)],
  ['Subtract', binary(subtract)],
  ['Multiply', (...values) => values.reduce(multiply)],
  ['Divide', binary(divide)],
  ['Rational', binary(divide)],
  ['Negate', unary(negate)],
  ['Delimiter', unary((a) => a)],
  ['Power', binary(power)],
  ['Square', unary((a) => multiply(a, a))],
  ['Sqrt', unary(sqrt)],
  ['Root', binary(root)],
  ['Exp', unary(exp)],
  ['Ln', unary(ln)],
  ['Log', logarithm],
  ['Lb', unary((a) => logarithm(a, real(2)))],
  ['Lg', unary((a) => logarithm(a))],
  ['Abs', unary((a) => real(modulus(a)))],
  ['Floor', realOnly(Math.floor)],
  ['Ceil', realOnly(Math.ceil)],
  ['Factorial', realOnly(factorial)],
  ['Binomial', binary(binomial)],
  ['Sin', unary(sin)],
  ['Cos', unary(cos)],
  ['Tan', unary((a) => divide(sin(a), cos(a)))],
  ['Cot', unary((a) => divide(cos(a), sin(a)))],
  ['Sec', unary((a) => divide(ONE, cos(a)))],
  ['Csc', unary((a) => divide(ONE, sin(a)))],
  ['Sinh', unary(sinh)],
  ['Cosh', unary(cosh)],
  ['Tanh', unary((a) => divide(sinh(a), cosh(a)))],
  ['Arcsin', unary(arcsin)],
  ['Arccos', unary((a) => subtract(real(Math.PI / 2), arcsin(a)))],
  ['Arctan', unary(arctan)],
]);
