import { closingBrace } from '@embedllm/internals';

/** What a formula is made of, as far as its punctuation says. */
export type MathForm =
  | { readonly kind: 'expression'; readonly latex: string }
  /** Both sides, of `=`. */
  | { readonly kind: 'equation'; readonly sides: readonly [string, string] }
  /** Values whose order does not count: `1, 2`, `\{1, 2\}`, `1 \pm 2`. */
  | { readonly kind: 'set'; readonly items: readonly string[] }
  /** Values whose order counts, with their brackets: points, intervals, unions of these, matrices. */
  | { readonly kind: 'list'; readonly brackets: string; readonly items: readonly string[] };

const MATRIX = /^\s*\\begin\{[pbvB]?matrix\}([\s\S]*)\\end\{[pbvB]?matrix\}$/;
const NAME = /^\s*\\?[a-zA-Z]+(?:_(?:\w|\{\w+\}))?(?:\(\s*[a-z](?:\s*,\s*[a-z])*\s*\))?'*\s*$/;

/** Takes a normalised formula apart at its top level. */
export function mathForm(text: string): MathForm {
  const latex = text.trim();
  const member = splitTop(latex, '\\in ');
  if (member.length === 2 && NAME.test(member[0] ?? '')) return mathForm(member[1] ?? '');
  const matrix = MATRIX.exec(latex)?.[1];
  if (matrix !== undefined) return matrixForm(matrix);
  const parts = splitTop(latex, '\\cup');
  if (parts.length > 1) {
    const forms = parts.map(mathForm);
    const brackets = forms.map((form) => (form.kind === 'list' ? form.brackets : '?')).join('u');
    const items = forms.flatMap((form) => (form.kind === 'list' ? form.items : ['?']));
    return { kind: 'list', brackets, items };
  }
  const enclosed = enclosedItems(latex);
  if (enclosed) return enclosed;
  const items = splitTop(latex, ',');
  if (items.length > 1) return { kind: 'set', items: items.flatMap((item) => signs(value(item))) };
  const sides = splitTop(latex, '=');
  const [left = '', right = ''] = sides;
  if (sides.length === 2 && !NAME.test(left) && !/[<>]|\\[lg]e/.test(latex)) {
    return { kind: 'equation', sides: [left, right] };
  }
  const both = signs(value(latex));
  return both.length > 1
    ? { kind: 'set', items: both }
    : { kind: 'expression', latex: value(latex) };
}

/** What follows the name and the `=` of `x = 5`, or the last `=` of a chain. */
function value(latex: string): string {
  const sides = splitTop(latex, '=');
  const isNamed = sides.length === 2 && NAME.test(sides[0] ?? '');
  return (isNamed || sides.length > 2 ? sides.at(-1) : latex)?.trim() ?? '';
}

/** Both values of `a \pm b`. */
function signs(latex: string): string[] {
  const parts = latex.split(/\\pm(?![a-zA-Z])/);
  if (parts.length !== 2) return [latex];
  return ['+', '-'].map((sign) => `${parts[0]}${sign}${parts[1]}`.trim());
}

function matrixForm(body: string): MathForm {
  const rows = body
    .split('\\\\')
    .map((row) => row.split('&').map((cell) => cell.trim()))
    .filter((row) => row.some((cell) => cell !== ''));
  const brackets = `matrix ${rows.map((row) => row.length).join(',')}`;
  return { kind: 'list', brackets, items: rows.flat() };
}

function enclosedItems(latex: string): MathForm | undefined {
  const isSet = /^\\\{[\s\S]*\\\}$/.test(latex);
  const [open, close] = isSet ? ['\\{', '\\}'] : [latex.at(0) ?? '', latex.at(-1) ?? ''];
  if (!isSet && !('(['.includes(open) && ')]'.includes(close) && latex.length > 1))
    return undefined;
  const inner = latex.slice(open.length, -close.length);
  if (!isBalanced(inner)) return undefined;
  const items = splitTop(inner, ',');
  if (isSet) return { kind: 'set', items: items.flatMap((item) => signs(item.trim())) };
  if (items.length < 2) return undefined;
  return { kind: 'list', brackets: `${open}${close}`, items: items.map((item) => item.trim()) };
}

/** Whether no bracket closes before it opens, so that the first and the last of a text belong together. */
function isBalanced(inner: string): boolean {
  let depth = 0;
  for (const character of inner) {
    if ('(['.includes(character)) depth++;
    else if (')]'.includes(character) && --depth < 0) return false;
  }
  return depth === 0;
}

/** Splits where a separator stands outside of all brackets. */
function splitTop(text: string, separator: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '{') at = closingBrace(text, at + 1) ?? at;
    else if (depth === 0 && text.startsWith(separator, at)) {
      parts.push(text.slice(start, at));
      start = at + separator.length;
      at = start - 1;
    } else if ('(['.includes(text[at] ?? '')) depth++;
    else if (')]'.includes(text[at] ?? '')) depth--;
    else if (text.startsWith('\\{', at)) {
      depth++;
      at++;
    } else if (text.startsWith('\\}', at)) {
      depth--;
      at++;
    }
  }
  return [...parts, text.slice(start)];
}
