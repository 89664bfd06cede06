import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { plotCurve } from './plot-curve.js';
import { plotMap } from './plot-map.js';
import { plotMatrix } from './plot-matrix.js';

function parse(svg: string): ReturnType<typeof parseHTML>['document'] {
  expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
  expect(svg).not.toMatch(/NaN|undefined/);
  return parseHTML(`<body>${svg}</body>`).document;
}

describe('plots', () => {
  it('draws every model, and names that do not cover each other', async () => {
    const points = [
      { name: 'a & b', x: -1, y: 1 },
      { name: 'left', x: -0.02, y: 0 },
      { name: 'squeezed', x: 0, y: 0 },
      { name: 'right', x: 0.02, y: 0 },
      { name: 'far', x: 1, y: 2 },
    ];
    const svg = await plotMap({
      points,
      groups: ['x', 'x', 'x', undefined, 'y'],
      title: 'Map <1>',
    });
    const document = parse(svg);
    expect(
      document.querySelectorAll('[aria-label=dot]')[0]!.querySelectorAll('circle'),
    ).toHaveLength(5);
    const texts = [...document.querySelectorAll('text')].map((text) => text.textContent);
    expect(texts).toContain('a & b');
    expect(texts).toContain('far');
    expect(texts).not.toContain('squeezed');
    expect(texts).toContain('Map <1>');
    expect(document.querySelector('title')?.textContent).toBe('Map <1>');
  });

  it('draws groups in given colours and shapes, into the theme of a page', async () => {
    const svg = await plotMap({
      points: ['a', 'b', 'c'].map((name, x) => ({ name, x, y: -x })),
      groups: ['y', 'x', 'y'],
      groupOrder: ['y', 'x'],
      groupColors: ['var(--first)', 'var(--second)'],
      groupSymbols: ['square', 'triangle'],
      legend: false,
      theme: 'inherit',
    });
    const document = parse(svg);
    const dots = [...document.querySelectorAll('[aria-label=dot] path')];
    expect(dots.map((dot) => dot.getAttribute('fill')).sort()).toEqual([
      'var(--first)',
      'var(--first)',
      'var(--second)',
    ]);
    expect(new Set(dots.map((dot) => dot.getAttribute('d'))).size).toBe(2);
    expect(document.querySelectorAll('[aria-label=dot]')).toHaveLength(1);
    expect(document.querySelector('svg')?.getAttribute('style')).toMatch(
      /background: ?none;\s*color: ?currentColor/,
    );
    expect(svg).not.toContain('#222');
  });

  it('draws every cell that has a value', async () => {
    const cells = [
      { row: 'a', column: 'a', value: 0.75 },
      { row: 'a', column: 'b', value: -0.5 },
      { row: 'b', column: 'a', value: undefined },
    ];
    for (const diverging of [false, true]) {
      const document = parse(await plotMatrix({ cells, diverging }));
      expect(document.querySelectorAll('rect')).toHaveLength(2);
      const texts = [...document.querySelectorAll('text')].map((text) => text.textContent);
      expect(texts).toContain('0.750');
      expect(texts).toContain('-0.500');
    }
  });

  it('draws a curve for each series', async () => {
    const points = [0.1, 0.5, 1].flatMap((x) => [
      { x, y: x * x, series: 'questions', error: 0.01 },
      { x, y: 1 - x, series: 'answers' },
    ]);
    const options = { points, xLabel: 'share', yLabel: 'accuracy', logarithmic: true };
    const document = parse(await plotCurve(options));
    expect(document.querySelectorAll('[aria-label=line] path')).toHaveLength(2);
    expect(document.querySelectorAll('circle')).toHaveLength(8);
  });
});
