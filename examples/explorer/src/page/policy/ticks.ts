/** Round costs between two, at most so many: powers of ten, with their 2 and 5 where there is room. */
export function logTicks(low: number, high: number, most: number): number[] {
  const exponents: number[] = [];
  for (let e = Math.floor(Math.log10(low)); e <= Math.ceil(Math.log10(high)); e++)
    exponents.push(e);
  const within = (digits: readonly number[]): number[] =>
    exponents
      .flatMap((e) => digits.map((digit) => Number(`${digit}e${e}`)))
      .filter((cost) => cost >= low && cost <= high);
  const candidates = [within([1, 2, 5]), within([1, 3]), within([1])];
  return candidates.find((ticks) => ticks.length <= most) ?? within([1]).slice(0, 1);
}

/** Shares between two, in steps of 5, 10 or 20 percent. */
export function shareTicks(low: number, high: number): number[] {
  const range = high - low;
  const step = range > 0.75 ? 0.2 : range > 0.25 ? 0.1 : 0.05;
  const ticks: number[] = [];
  for (let n = Math.ceil(low / step); n * step <= high; n++) ticks.push(n * step);
  return ticks;
}
