import { describe, expect, it } from 'vitest';
import { streamProgress } from './progress.js';

/** What is written to a stream while work of ten steps, a second each, continues. */
function written(isTTY: boolean): string {
  let text = '';
  let time = 0;
  const stream = {
    isTTY,
    columns: 60,
    write: (part: string) => {
      text += part;
    },
  };
  const task = streamProgress(stream, () => time).start('Working');
  for (let done = 1; done <= 10; done++) {
    time += 1000;
    task.onProgress({ phase: 'walk', done, total: 10, detail: `step ${done}` });
  }
  task.end();
  return text;
}

describe('streamProgress', () => {
  it('draws a bar over itself on a terminal, and takes it away', () => {
    const text = written(true);
    expect(text).not.toContain('\n');
    expect(text).toContain('Working [############............]  50% step 5');
    expect(text.endsWith('\r\u001B[K')).toBe(true);
    const longest = Math.max(...text.split('\r\u001B[K').map((line) => line.length));
    expect(longest).toBeLessThan(60);
  });

  it('writes plain lines some seconds apart elsewhere', () => {
    expect(written(false)).toBe('Working: 50% step 5\nWorking: 100% step 10\n');
  });
});
