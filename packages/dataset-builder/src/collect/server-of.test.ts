import { expect, it } from 'vitest';
import { serverOf } from './server-of.js';

it('says where a model that is written as a text is served', () => {
  expect(serverOf({ model: 'openai:gpt-5-mini' })).toEqual({
    vendor: 'openai',
    modelId: 'gpt-5-mini',
    baseURL: 'https://api.openai.com/v1',
    apiKeyEnv: 'OPENAI_API_KEY',
  });
  expect(serverOf({ model: 'anthropic:claude-haiku-4-5' })).toEqual({
    vendor: 'anthropic',
    modelId: 'claude-haiku-4-5',
    provider: 'anthropic',
    apiKeyEnv: 'ANTHROPIC_API_KEY',
  });
  expect(serverOf({ model: 'groq:llama-3.3-70b', apiKeyEnv: 'MINE' })).toMatchObject({
    baseURL: 'https://api.groq.com/openai/v1',
    apiKeyEnv: 'MINE',
  });
  expect(serverOf({ model: 'http://localhost:11434/v1#llama3.2:8b' })).toEqual({
    vendor: 'local',
    modelId: 'llama3.2:8b',
    baseURL: 'http://localhost:11434/v1',
  });
  expect(serverOf({ model: 'https://llm.example.com/v1#a' })).toMatchObject({
    vendor: 'llm.example.com',
  });
});

it('knows none where the request matters, or the text names none', () => {
  for (const model of ['openai:gpt-5-mini:high', 'nobody:x', 'gpt-5', 'http://localhost:1/v1']) {
    expect(serverOf({ model }), model).toBeUndefined();
  }
  expect(serverOf({ model: 'openai:gpt-5-mini', reasoningEffort: 'low' })).toBeUndefined();
});
