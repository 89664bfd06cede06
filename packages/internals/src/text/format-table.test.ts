import { expect, it } from 'vitest';
import { displayWidth } from './display-width.js';
import { formatTable } from './format-table.js';

it('lines columns up on a terminal, wide scripts and combining marks too', () => {
  const table = formatTable(
    ['model', 'accuracy'],
    [
      ['gpt-4o', '0.9'],
      ['通义千问', '0.8'],
      ['모델', '81.3%'],
      ['cafe\u0301', ''],
      ['🦙 llama', '1,024'],
    ],
  );
  const lines = table.split('\n');
  const widths = lines.map(displayWidth);
  expect(widths.slice(0, 4).concat(widths[5] ?? 0)).toEqual(Array(5).fill(18));
  expect(lines[2]).toBe('通义千问       0.8');
  expect(lines[4]).toBe('cafe\u0301');
});

it.each([
  ['', 0],
  ['model', 5],
  ['ｆｕｌｌ', 8],
  ['ｶﾅ', 2],
  ['日本語', 6],
  ['한국어', 6],
  ['e\u0301', 1],
  ['a\u200Bb', 2],
  ['🦙', 2],
  ['–', 1],
])('knows the width of %j', (text, width) => {
  expect(displayWidth(text)).toBe(width);
});
