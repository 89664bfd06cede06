/** The value of `-3`, `1.5`, `2e3` or `3/4`; `undefined` of anything else. */
export function decimalOf(text: string): number | undefined {
  const [above = '', below, ...more] = text.replace('−', '-').split('/');
  if (more.length > 0) return undefined;
  const value = plainNumber(above);
  const divisor = below === undefined ? 1 : plainNumber(below);
  if (value === undefined || divisor === undefined || divisor === 0) return undefined;
  return value / divisor;
}

function plainNumber(text: string): number | undefined {
  if (!/^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}
