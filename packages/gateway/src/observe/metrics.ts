/** Names and values that tell the series of a metric apart. */
export type Labels = Readonly<Record<string, string>>;

interface Series {
  readonly labels: Labels;
  value: number;
}

interface HistogramSeries {
  readonly labels: Labels;
  readonly counts: number[];
  sum: number;
  count: number;
}

/** A part of the text that Prometheus reads. */
export interface Metric {
  render(): string;
}

/** A number that only grows. */
export class Counter implements Metric {
  readonly #name: string;
  readonly #help: string;
  readonly #series = new Map<string, Series>();

  constructor(name: string, help: string) {
    this.#name = name;
    this.#help = help;
  }

  add(labels: Labels, amount = 1): void {
    const key = keyOf(labels);
    const series = this.#series.get(key);
    if (series) series.value += amount;
    else this.#series.set(key, { labels, value: amount });
  }

  render(): string {
    const lines = Array.from(
      this.#series.values(),
      ({ labels, value }) => `${this.#name}${renderLabels(labels)} ${value}`,
    );
    return [...head(this.#name, this.#help, 'counter'), ...lines].join('\n');
  }
}

/** A number that is looked up whenever somebody asks. */
export class Gauge implements Metric {
  readonly #name: string;
  readonly #help: string;
  readonly #read: () => Iterable<readonly [Labels, number]>;

  constructor(name: string, help: string, read: () => Iterable<readonly [Labels, number]>) {
    this.#name = name;
    this.#help = help;
    this.#read = read;
  }

  render(): string {
    const lines = Array.from(
      this.#read(),
      ([labels, value]) => `${this.#name}${renderLabels(labels)} ${value}`,
    );
    return [...head(this.#name, this.#help, 'gauge'), ...lines].join('\n');
  }
}

/** How often values fall below each of some bounds. */
export class Histogram implements Metric {
  readonly #name: string;
  readonly #help: string;
  readonly #bounds: readonly number[];
  readonly #series = new Map<string, HistogramSeries>();

  /** @param bounds - Upper bounds, ascending; infinity is added. */
  constructor(name: string, help: string, bounds: readonly number[]) {
    this.#name = name;
    this.#help = help;
    this.#bounds = bounds;
  }

  observe(labels: Labels, value: number): void {
    const key = keyOf(labels);
    let series = this.#series.get(key);
    if (!series) {
      series = { labels, counts: this.#bounds.map(() => 0), sum: 0, count: 0 };
      this.#series.set(key, series);
    }
    series.sum += value;
    series.count++;
    for (const [index, bound] of this.#bounds.entries()) {
      if (value <= bound) series.counts[index] = (series.counts[index] ?? 0) + 1;
    }
  }

  render(): string {
    const lines = [...this.#series.values()].flatMap(({ labels, counts, sum, count }) => [
      ...this.#bounds.map((bound, index) => {
        const key = renderLabels({ ...labels, le: String(bound) });
        return `${this.#name}_bucket${key} ${counts[index]}`;
      }),
      `${this.#name}_bucket${renderLabels({ ...labels, le: '+Inf' })} ${count}`,
      `${this.#name}_sum${renderLabels(labels)} ${sum}`,
      `${this.#name}_count${renderLabels(labels)} ${count}`,
    ]);
    return [...head(this.#name, this.#help, 'histogram'), ...lines].join('\n');
  }
}

/** Tells the series of one metric apart, whose labels have the same names in the same order. */
function keyOf(labels: Labels): string {
  let key = '';
  for (const name in labels) key += `${labels[name]}\0`;
  return key;
}

function head(name: string, help: string, type: string): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
}

/** The exposition format's own escapes: backslash, quote, line feed. */
function renderLabels(labels: Labels): string {
  const entries = Object.entries(labels);
  if (entries.length === 0) return '';
  const pairs = entries.map(([name, value]) => {
    const escaped = value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
    return `${name}="${escaped}"`;
  });
  return `{${pairs.join(',')}}`;
}
