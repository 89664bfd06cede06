import { type Comparison, isRounded } from './comparison.js';
import { type Complex, divide, modulus, subtract } from './complex.js';
import { type Formula, formulaOf } from './formula.js';

/** Where unknowns are tried: no special points of usual functions, of both signs. */
const POINTS: readonly number[] = [
  ...[0.7183, 1.3247, 2.2361, 0.4142, 3.6056, -1.1892, -0.6319, -2.7321],
];
/** As many points with a value are enough to call two formulas equal. */
const ENOUGH = 4;
/** Far longer than an answer; bounds what reading it takes. */
const LONGEST = 300;
const INFINITE: ReadonlySet<unknown> = new Set([
  ...['PositiveInfinity', 'NegativeInfinity', 'ComplexInfinity'],
]);
const ROUNDED: Comparison = { equal: undefined, reason: 'One may be a rounded form of the other.' };
const TOO_FEW: Comparison = { equal: undefined, reason: 'They have no finite value to compare.' };

/** Compares formulas of LaTeX by their values. */
export class MathEngine {
  readonly #parse: (latex: string) => unknown;

  /** @param parse - From LaTeX to MathJSON. */
  constructor(parse: (latex: string) => unknown) {
    this.#parse = parse;
  }

  /** Whether two formulas have one value, at several points where they have unknowns. */
  compare(found: string, right: string): Comparison {
    const [one, other] = [this.#read(found), this.#read(right)];
    if (one?.isInfinite !== other?.isInfinite && one && other) return { equal: false };
    if (one?.formula === undefined || other?.formula === undefined) {
      return unreadable(one?.formula ? right : found);
    }
    return compareValues(one.formula, other.formula, { found, right });
  }

  /** Whether one of two equations is a multiple of the other. */
  compareEquations(found: readonly [string, string], right: readonly [string, string]): Comparison {
    const [one, other] = [found, right].map(([a, b]) => this.#read(`(${a})-(${b})`)?.formula);
    if (one === undefined || other === undefined) return unreadable(found.join('='));
    const ratios = points(one, other).flatMap((point) => {
      const ratio = divide(one.at(point), other.at(point));
      return hasValue(ratio) && modulus(ratio) > 1e-9 ? [ratio] : [];
    });
    const [first] = ratios;
    if (first === undefined || ratios.length < ENOUGH) return TOO_FEW;
    return ratios.every((ratio) => isNear(ratio, first, 1e-9))
      ? { equal: true }
      : { equal: undefined, reason: 'The equations are not multiples of each other.' };
  }

  /** `undefined` where a text is too long or the parser gives up. */
  #read(latex: string): { formula: Formula | undefined; isInfinite: boolean } | undefined {
    if (latex.length > LONGEST || latex.trim() === '') return undefined;
    try {
      const json = this.#parse(latex);
      const inner = Array.isArray(json) && json[0] === 'Negate' ? json[1] : json;
      return { formula: formulaOf(json), isInfinite: INFINITE.has(inner) };
    } catch (error) {
      if (error instanceof RangeError) return undefined; // brackets too deep
      throw error;
    }
  }
}

function compareValues(
  one: Formula,
  other: Formula,
  { found, right }: { readonly found: string; readonly right: string },
): Comparison {
  const places = points(one, other);
  const isConstant = places.length === 1;
  let compared = 0;
  for (const point of places) {
    const [a, b] = [one.at(point), other.at(point)];
    if (!hasValue(a) || !hasValue(b)) continue;
    if (!isNear(a, b, isConstant ? 1e-11 : 1e-9)) {
      const isRoundedValue = isRounded(found, b.re) || isRounded(right, a.re);
      return isConstant && isRoundedValue ? ROUNDED : { equal: false };
    }
    compared++;
  }
  return compared >= (isConstant ? 1 : ENOUGH) ? { equal: true } : TOO_FEW;
}

/** Values for the unknowns of two formulas; one empty point where there are none. */
function points(one: Formula, other: Formula): ReadonlyMap<string, number>[] {
  const names = [...new Set([...one.unknowns, ...other.unknowns])].sort();
  if (names.length === 0) return [new Map()];
  return POINTS.map(
    (_, index) =>
      new Map(
        names.map((name, shift) => {
          // Unknowns past the number of points get values of their own too.
          const round = 1 + Math.floor(shift / POINTS.length) / 7;
          return [name, (POINTS[(index + 3 * shift) % POINTS.length] ?? 1) * round];
        }),
      ),
  );
}

function unreadable(latex: string): Comparison {
  return { equal: undefined, reason: `This cannot be read as a formula: ${latex.slice(0, 80)}` };
}

function hasValue({ re, im }: Complex): boolean {
  return Number.isFinite(re) && Number.isFinite(im);
}

function isNear(a: Complex, b: Complex, tolerance: number): boolean {
  const size = Math.max(1e-9, modulus(a), modulus(b));
  return modulus(subtract(a, b)) <= tolerance * size;
}

let loading: Promise<MathEngine | undefined> | undefined;

/** The engine, which is made once; `undefined` where the parser is not installed. */
export function loadMathEngine(): Promise<MathEngine | undefined> {
  loading ??= import('@cortex-js/compute-engine/latex-syntax').then(
    ({ LatexSyntax }) => {
      const syntax = new LatexSyntax();
      return new MathEngine((latex) => syntax.parse(latex));
    },
    () => undefined,
  );
  return loading;
}
