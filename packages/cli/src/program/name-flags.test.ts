import { advice, DataError, namedOption } from '@embedllm/core';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { nameFlags } from './name-flags.js';

const command = new Command()
  .option('--question-id <by>')
  .option('--metric <names>')
  .option('--model-name <names>');

function said(message: ReturnType<typeof advice>): string {
  const error = new DataError(message, { file: 'a.json' });
  return nameFlags(error.message, error, command);
}

describe('nameFlags', () => {
  it('writes flags for the options that an error names', () => {
    expect(said(advice`Set ${namedOption('questionId', 'content')}.`)).toBe(
      'a.json: Set --question-id content.',
    );
    expect(said(advice`Choose with ${namedOption('metric')}.`)).toBe(
      'a.json: Choose with --metric.',
    );
  });

  it('writes values as a shell takes them', () => {
    expect(said(advice`Add ${namedOption('metric', { 'a*': 'em', t: 'x,y' })}.`)).toBe(
      `a.json: Add --metric 'a*=em,"t=x,y"'.`,
    );
    expect(said(advice`Add ${namedOption('modelName', { 'it’s.json': "o'b" })}.`)).toBe(
      `a.json: Add --model-name 'it’s.json=o'\\''b'.`,
    );
  });

  it('leaves options that are not flags of the command as they are', () => {
    expect(said(advice`Raise ${namedOption('maxCells')}.`)).toBe(
      'a.json: Raise the option maxCells.',
    );
  });
});
