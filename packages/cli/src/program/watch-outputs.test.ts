import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { watchOutputs } from './watch-outputs.js';

/** What a lost standard output does to a program. */
function lose(code: string, settings?: Parameters<typeof watchOutputs>[2]): number[] {
  const exits: number[] = [];
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  watchOutputs({ stdout, stderr }, (exit) => exits.push(exit), settings);
  stdout.emit('error', Object.assign(new Error('lost'), { code }));
  stderr.emit('error', new Error('lost'));
  return exits;
}

describe('watchOutputs', () => {
  it('ends a program whose result is lost', () => {
    expect([lose('EPIPE'), lose('ENOSPC')]).toEqual([[141], [3]]);
  });

  it('lets a server continue serving', () => {
    expect([lose('EPIPE', { isServer: true }), lose('ENOSPC', { isServer: true })]).toEqual([
      [],
      [],
    ]);
  });
});
