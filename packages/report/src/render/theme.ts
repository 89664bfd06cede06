/** Colours of one theme, as six hexadecimal digits. */
export interface ThemeColors {
  readonly background: string;
  /** Of cards and table heads. */
  readonly raised: string;
  readonly text: string;
  /** Of captions and axes: still text, so still readable. */
  readonly muted: string;
  readonly link: string;
  /** Rules and grids, which carry nothing. */
  readonly line: string;
  readonly warning: string;
  /** Of marks in charts, in the order of use; each also has a shape. */
  readonly series: readonly [string, string, string, string, string, string, string, string];
}

/** Contrast is that of WCAG 2.2 AA on both backgrounds: 4.5 for text, 3 for marks. */
export const LIGHT: ThemeColors = {
  background: '#ffffff',
  raised: '#f3f6f8',
  text: '#17212b',
  muted: '#51606d',
  link: '#0b5cad',
  line: '#d5dce2',
  warning: '#8f4a00',
  series: ['#1668b0', '#c14a09', '#16804f', '#9b3f93', '#8a6a00', '#0d7f8c', '#c02e4c', '#6451cf'],
};

/** For `prefers-color-scheme: dark`. */
export const DARK: ThemeColors = {
  background: '#10161c',
  raised: '#19222b',
  text: '#e5eaef',
  muted: '#9fadb9',
  link: '#7fbcf5',
  line: '#33404c',
  warning: '#f0b061',
  series: ['#62aef2', '#f2935b', '#58c78f', '#dd8dd4', '#d8b94a', '#4fc4d1', '#f2828f', '#ada2ff'],
};

/** A colour of the current theme, for style sheets and for attributes of SVG. */
export function themeColor(name: Exclude<keyof ThemeColors, 'series'>): string {
  return `var(--${name})`;
}

/** The colour of the n-th series; after eight they start over, told apart by their shapes. */
export function seriesColor(index: number): string {
  return `var(--series-${(index % 8) + 1})`;
}

/** Custom properties of a theme. */
export function themeProperties({ series, ...colors }: ThemeColors): string {
  return [
    ...Object.entries(colors).map(([name, color]) => `--${name}:${color};`),
    ...series.map((color, index) => `--series-${index + 1}:${color};`),
  ].join('');
}
