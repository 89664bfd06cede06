import { decimalOf } from '@embedllm/internals';
import { type Comparison, isRounded } from './comparison.js';
import type { MathEngine } from './math-engine.js';
import { type MathForm, mathForm } from './math-form.js';

/**
 * Whether two normalised formulas mean the same: by their text, as numbers, part by part where they
 * are sets, points, intervals or matrices, and else by their values at several points.
 *
 * @param engine - Without one, only numbers and equal texts can be decided.
 */
export function compareMath(
  found: string,
  right: string,
  engine: MathEngine | undefined,
): Comparison {
  if (bare(found) === bare(right)) return { equal: true };
  return compareForms(mathForm(found), mathForm(right), engine);
}

function compareForms(
  found: MathForm,
  right: MathForm,
  engine: MathEngine | undefined,
): Comparison {
  if (found.kind === 'equation' && right.kind === 'expression') {
    // "1 + 2 = 3": what is computed stands last.
    return compareForms({ kind: 'expression', latex: found.sides[1] }, right, engine);
  }
  if (found.kind === 'set' || right.kind === 'set') {
    const [one, other] = [itemsOf(found), itemsOf(right)];
    if (one === undefined || other === undefined) return { equal: false };
    return compareSets(one, other, engine);
  }
  if (found.kind === 'list' && right.kind === 'list') {
    if (found.brackets !== right.brackets) return { equal: false };
    const pairs = found.items.map((item, index) => compareItem(item, right.items[index], engine));
    return every(pairs);
  }
  if (found.kind === 'equation' && right.kind === 'equation') {
    if (engine === undefined) return withoutEngine();
    return engine.compareEquations(found.sides, right.sides);
  }
  if (found.kind !== 'expression' || right.kind !== 'expression') return { equal: false };
  return compareItem(found.latex, right.latex, engine);
}

function compareItem(
  found: string,
  right: string | undefined,
  engine: MathEngine | undefined,
): Comparison {
  if (right === undefined) return { equal: false };
  if (bare(found) === bare(right)) return { equal: true };
  const [one, other] = [decimalOf(found.trim()), decimalOf(right.trim())];
  if (one !== undefined && other !== undefined) return compareDecimals(found, right, one, other);
  return engine === undefined ? withoutEngine() : engine.compare(found, right);
}

function compareDecimals(found: string, right: string, one: number, other: number): Comparison {
  const integers = [found, right].map((text) => text.trim());
  if (integers.every((text) => /^-?\d+$/.test(text))) {
    return { equal: BigInt(integers[0] ?? '') === BigInt(integers[1] ?? '') };
  }
  if (Math.abs(one - other) <= 1e-12 * Math.max(Math.abs(one), Math.abs(other)))
    return { equal: true };
  return isRounded(found, other) || isRounded(right, one)
    ? { equal: undefined, reason: 'One may be a rounded form of the other.' }
    : { equal: false };
}

function itemsOf(form: MathForm): readonly string[] | undefined {
  if (form.kind === 'set') return form.items;
  return form.kind === 'expression' ? [form.latex] : undefined;
}

/** Each of one has its equal in the other. */
function compareSets(
  found: readonly string[],
  right: readonly string[],
  engine: MathEngine | undefined,
): Comparison {
  if (found.length !== right.length) return { equal: false };
  const left = [...right];
  const doubts: Comparison[] = [];
  for (const item of found) {
    const compared = left.map((other) => compareItem(item, other, engine));
    const same = compared.findIndex(({ equal }) => equal === true);
    if (same >= 0) left.splice(same, 1);
    else {
      const doubt = compared.find(({ equal }) => equal === undefined);
      if (doubt === undefined) return { equal: false };
      doubts.push(doubt);
    }
  }
  return doubts[0] ?? { equal: true };
}

function every(comparisons: readonly Comparison[]): Comparison {
  return (
    comparisons.find(({ equal }) => equal === false) ??
    comparisons.find(({ equal }) => equal === undefined) ?? { equal: true }
  );
}

function withoutEngine(): Comparison {
  return {
    equal: undefined,
    reason:
      'Comparing formulas needs @cortex-js/compute-engine. Install it with: npm install @cortex-js/compute-engine',
  };
}

function bare(latex: string): string {
  return latex.replaceAll(/\s/g, '');
}
