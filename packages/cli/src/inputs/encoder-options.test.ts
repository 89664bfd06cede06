import { Command } from 'commander';
import { expect, it } from 'vitest';
import { addEncoderOptions, type EncoderOptions, settingsFromOptions } from './encoder-options.js';

function parse(...words: string[]): EncoderOptions {
  const command = addEncoderOptions(new Command());
  return command.parse(words, { from: 'user' }).opts<EncoderOptions>();
}

it('passes on what a transformers model is asked to do with questions', () => {
  const options = parse(
    '--encoder',
    'transformers',
    '--encoder-prompt',
    'query',
    '--dimensions',
    '64',
  );
  expect(settingsFromOptions(options, undefined)).toEqual({
    kind: 'transformers',
    prompt: 'query',
    dimensions: 64,
  });
});

it('takes a folder for a static table, completed from the configuration', () => {
  const configured = { kind: 'static', folder: 'potion' } as const;
  expect(settingsFromOptions(parse('--encoder', 'static'), configured)).toEqual(configured);
  expect(settingsFromOptions(parse('--encoder-folder', 'other'), configured)).toEqual({
    kind: 'static',
    folder: 'other',
  });
  expect(settingsFromOptions(parse(), configured)).toBeUndefined();
});
