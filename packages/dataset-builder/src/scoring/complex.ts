/** A complex number of doubles. */
export interface Complex {
  readonly re: number;
  readonly im: number;
}

export const ONE: Complex = { re: 1, im: 0 };
const I: Complex = { re: 0, im: 1 };

export function real(re: number): Complex {
  return { re, im: 0 };
}

export function add(a: Complex, b: Complex): Complex {
  return { re: a.re + b.re, im: a.im + b.im };
}

export function negate(a: Complex): Complex {
  return { re: 0 - a.re, im: 0 - a.im };
}

export function subtract(a: Complex, b: Complex): Complex {
  return add(a, negate(b));
}

export function multiply(a: Complex, b: Complex): Complex {
  return { re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re };
}

export function divide(a: Complex, b: Complex): Complex {
  if (b.im === 0) return { re: a.re / b.re, im: a.im / b.re };
  const size = b.re * b.re + b.im * b.im;
  return { re: (a.re * b.re + a.im * b.im) / size, im: (a.im * b.re - a.re * b.im) / size };
}

export function modulus(a: Complex): number {
  return Math.hypot(a.re, a.im);
}

export function exp(a: Complex): Complex {
  const size = Math.exp(a.re);
  return a.im === 0 ? real(size) : { re: size * Math.cos(a.im), im: size * Math.sin(a.im) };
}

/** The principal value. */
export function ln(a: Complex): Complex {
  return { re: Math.log(modulus(a)), im: Math.atan2(a.im, a.re) };
}

/** The principal value; of real numbers exact where `Math.pow` is. */
export function power(a: Complex, b: Complex): Complex {
  if (a.im === 0 && b.im === 0 && (a.re >= 0 || Number.isInteger(b.re))) return real(a.re ** b.re);
  return exp(multiply(b, ln(a)));
}

export function sqrt(a: Complex): Complex {
  if (a.im === 0) return a.re >= 0 ? real(Math.sqrt(a.re)) : { re: 0, im: Math.sqrt(-a.re) };
  return power(a, real(0.5));
}

/** Of a negative number and an odd degree the negative root, as school has it. */
export function root(a: Complex, degree: Complex): Complex {
  const isOdd = degree.im === 0 && Math.abs(degree.re % 2) === 1;
  if (a.im === 0 && a.re < 0 && isOdd) return real(-((-a.re) ** (1 / degree.re)));
  return power(a, divide(ONE, degree));
}

export function sin(a: Complex): Complex {
  return {
    re: Math.sin(a.re) * Math.cosh(a.im),
    im: a.im === 0 ? 0 : Math.cos(a.re) * Math.sinh(a.im),
  };
}

export function cos(a: Complex): Complex {
  return {
    re: Math.cos(a.re) * Math.cosh(a.im),
    im: a.im === 0 ? 0 : -Math.sin(a.re) * Math.sinh(a.im),
  };
}

/** -i ln(iz + sqrt(1 - z^2)) */
export function arcsin(a: Complex): Complex {
  if (a.im === 0 && Math.abs(a.re) <= 1) return real(Math.asin(a.re));
  const inner = add(multiply(I, a), sqrt(subtract(ONE, multiply(a, a))));
  return negate(multiply(I, ln(inner)));
}

/** i/2 (ln(1 - iz) - ln(1 + iz)) */
export function arctan(a: Complex): Complex {
  if (a.im === 0) return real(Math.atan(a.re));
  const turned = multiply(I, a);
  const difference = subtract(ln(subtract(ONE, turned)), ln(add(ONE, turned)));
  return multiply({ re: 0, im: 0.5 }, difference);
}
