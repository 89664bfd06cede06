import { describe, expect, it } from 'vitest';
import { havingCapabilities, neededCapabilities } from './needed-capabilities.js';

const needs = (...content: readonly unknown[]): string[] =>
  neededCapabilities({ messages: [{ role: 'user', content }] });

describe('neededCapabilities', () => {
  it('reads the parts of the AI SDK and of OpenAI', () => {
    expect(needs({ type: 'text', text: 'Hi' }, 'Hi', null)).toEqual([]);
    expect(needs({ type: 'file', mediaType: 'image/png' })).toEqual(['vision']);
    expect(needs({ type: 'image_url' }, { type: 'input_audio' })).toEqual(['vision', 'audio']);
    expect(needs({ type: 'file', mediaType: 'application/pdf' })).toEqual(['files']);
    expect(needs({ type: 'file', file: {} })).toEqual(['files']);
    expect(needs({ type: 'file', mediaType: 'text/plain' })).toEqual([]);
  });

  it('reads tools and the form of the answer', () => {
    const messages = [{ role: 'user', content: 'Hi' }];
    expect(neededCapabilities({ messages })).toEqual([]);
    expect(neededCapabilities({ messages, tools: [], responseFormat: { type: 'text' } })).toEqual(
      [],
    );
    expect(neededCapabilities({ messages, tools: [{}], responseFormat: { type: 'json' } })).toEqual(
      ['tools', 'json'],
    );
  });
});

describe('havingCapabilities', () => {
  const models = [
    { name: 'a', capabilities: ['tools', 'vision'] },
    { name: 'b', capabilities: ['audio'] },
    { name: 'c' },
  ];
  const able = (...needed: readonly string[]): string[] =>
    havingCapabilities(models, needed).map(({ name }) => name);

  it('leaves the models that are known to have all', () => {
    expect(able('vision')).toEqual(['a']);
    expect(able('tools', 'vision')).toEqual(['a']);
    expect(able()).toEqual(['a', 'b', 'c']);
  });

  it('passes over what the pool does not speak of', () => {
    expect(able('json')).toEqual(['a', 'b', 'c']);
    expect(able('json', 'audio')).toEqual(['b']);
  });

  it('refuses where no model has all', () => {
    expect(() => able('vision', 'audio')).toThrow(
      /needs vision and audio, but none of the 3 models/,
    );
  });
});
