import { expect, it, vi } from 'vitest';
import { encoder, sampleRouter } from './sample-router.js';
import { startGateway } from './start-gateway.js';

const FILLER = 'and so on '.repeat(20_000);

it.each([
  ['at its beginning', `Is the contract void under the law? ${FILLER}`, 'lawyer'],
  ['at its end', `${FILLER} Is the contract void under the law?`, 'lawyer'],
  ['at both', `A court. ${FILLER} What is the sum of 1, 2 and 3?`, 'mathematician'],
])('routes a long prompt by the question %s', async (_, content, expected) => {
  const gateway = await startGateway({}, {}, { loadRouter: async () => sampleRouter() });
  const answer = await gateway.post('/v1/chat/completions', {
    model: 'auto',
    messages: [{ role: 'user', content }],
  });
  expect(answer.headers.get('x-embedllm-model')).toBe(expected);
  // The upstream gets all of it.
  expect(gateway.upstream.seen[0]?.text).toBe(content);
});

it('encodes no more of a prompt than encoders read', async () => {
  const encode = vi.spyOn(encoder, 'encode');
  const gateway = await startGateway({}, {}, { loadRouter: async () => sampleRouter() });
  await gateway.post('/v1/chat/completions', {
    model: 'auto',
    messages: [{ role: 'user', content: `law ${FILLER}` }],
  });
  const [texts] = encode.mock.calls[0] ?? [];
  expect(texts?.[0]?.length).toBeLessThan(10_000);
});
