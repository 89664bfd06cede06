/** Signs of Unicode and plain text for what LaTeX has a command for. */
const SIGNS: readonly (readonly [RegExp, string])[] = [
  [/√\s*\(([^()]*)\)/g, '\\sqrt{$1}'],
  [/√\s*(\d+|[a-zA-Z])/g, '\\sqrt{$1}'],
  [/(?<![\\a-zA-Z])sqrt\s*\(([^()]*)\)/g, '\\sqrt{$1}'],
  [/(?<![\\a-zA-Z])pi(?![a-zA-Z])|π/g, '\\pi '],
  [/[×]/g, '\\times '],
  [/[·⋅*]/g, '\\cdot '],
  [/[−–]/g, '-'],
  [/∞/g, '\\infty '],
  [/±/g, '\\pm '],
  [/∪/g, '\\cup '],
  [/≤|<=/g, '\\le '],
  [/≥|>=/g, '\\ge '],
  [/\\leq(?![a-z])/g, '\\le '],
  [/\\geq(?![a-z])/g, '\\ge '],
  [/²/g, '^{2}'],
  [/³/g, '^{3}'],
];

/** What changes how a formula looks and not what it means, and units, which answers may leave out. */
const DECORATION: readonly (readonly [RegExp, string])[] = [
  [/\\(?:left|right|displaystyle|limits|bigl?|bigr?|Bigl?|Bigr?)(?![a-zA-Z])/g, ''],
  [/(?<!\\)\\[!,;: ]|\\q?quad(?![a-zA-Z])|~|\u00a0/g, ' '],
  [/\\(?:text|mbox|mathrm|textbf|mathbf|textit)\s*\{\s*(?:and|or|,)\s*\}/g, ','],
  [/(?<=[\d})])\s*\\(?:text|mbox|mathrm)\s*\{[^{}]*\}(?:\^(?:\d|\{\d\}))?/g, ''],
  [/\\(?:text|mbox|mathrm|textbf|mathbf|textit)\s*\{([^{}]*)\}/g, ' $1 '],
  [/\\[dt]frac(?![a-zA-Z])/g, '\\frac'],
  [/\\frac\s*(\d)\s*(\d)/g, '\\frac{$1}{$2}'],
  [/\\frac\s*(\d)\s*\{/g, '\\frac{$1}{'],
  [/(\\frac\s*\{[^{}]*\})\s*(\d)/g, '$1{$2}'],
  [/\\sqrt\s*(\d)/g, '\\sqrt{$1}'],
  [/\^\s*(?:\{\s*\\circ\s*\}|\\circ(?![a-zA-Z]))|°|\s*degrees?(?![a-z])/g, ''],
  [/\\?[$€£%]/g, ''],
];

/** A space of its own kind for thousands, outside of brackets: `1,000` and `1{,}000`. */
const THOUSANDS = /(?<![\d.])\d{1,3}(?:(?:,|\{,\})\d{3})+(?![\d])/g;

/**
 * A formula without delimiters, spacing commands, units, signs of currency, percent and degrees, with
 * one spelling for fractions, roots and thousands.
 */
export function normalizeLatex(latex: string): string {
  let text = withoutDelimiters(latex.trim());
  for (const [sign, command] of SIGNS) text = text.replaceAll(sign, command);
  for (const [pattern, replacement] of DECORATION) text = text.replaceAll(pattern, replacement);
  if (!/^\s*[([\\{]/.test(text)) {
    text = text.replaceAll(THOUSANDS, (number) => number.replaceAll(/[,{}]/g, ''));
  }
  return text
    .replaceAll(/\s+/g, ' ')
    .replace(/^[\s,;:"]+|[\s,;:."]+$/g, '')
    .replace(/^\((\w+)\)$/, '$1');
}

/** Without `$...$`, `\(...\)` or `\[...\]` around it. */
function withoutDelimiters(text: string): string {
  const [, inner] =
    /^\$+([^$]*)\$+\.?$/.exec(text) ??
    /^\\\(([\s\S]*)\\\)\.?$/.exec(text) ??
    /^\\\[([\s\S]*)\\\]\.?$/.exec(text) ??
    [];
  return inner?.trim() ?? text;
}
