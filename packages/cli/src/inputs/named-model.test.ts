import { expect, it } from 'vitest';
import { namedModel } from './named-model.js';

it.each([
  ['openai:gpt-5-mini', { model: 'openai:gpt-5-mini' }],
  ['http://localhost:11434/v1?a=b#llama3.2', { model: 'http://localhost:11434/v1?a=b#llama3.2' }],
  ['mine=openai:gpt-5-mini', { name: 'mine', model: 'openai:gpt-5-mini' }],
  ['meta/llama 3=http://host/v1#l', { name: 'meta/llama 3', model: 'http://host/v1#l' }],
  ['mini:low=openai:gpt-5:low', { name: 'mini:low', model: 'openai:gpt-5:low' }],
  ['https://host/v1?a=x:y#m', { model: 'https://host/v1?a=x:y#m' }],
])('reads %s', (text, model) => {
  expect(namedModel(text)).toEqual(model);
});
