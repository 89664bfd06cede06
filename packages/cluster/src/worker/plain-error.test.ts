import { expect, it } from 'vitest';
import { sayPlainly } from './plain-error.js';

it('says once a job that its lease was lost, and passes on all other errors', () => {
  const said: string[] = [];
  const say = sayPlainly(({ message }) => said.push(message));
  const lost = new Error('could not renew lock for job 7');
  const other = new Error('Connection is closed.');
  for (const error of [
    lost,
    lost,
    other,
    other,
    new Error('Missing lock for job 8. moveToFinished'),
  ]) {
    say(error);
  }
  expect(said).toEqual([
    expect.stringContaining('The lease of job 7 expired'),
    other.message,
    other.message,
    expect.stringContaining('The lease of job 8 expired'),
  ]);
});
