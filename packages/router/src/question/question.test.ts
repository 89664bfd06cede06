import { FactorizationModel, Matrix, type QuestionEncoder } from '@embedllm/core';
import { describe, expect, it } from 'vitest';
import { Router } from '../router.js';
import { type ChatMessage, lastUserQuestion } from './chat-message.js';

const user = (content: ChatMessage['content']): ChatMessage => ({ role: 'user', content });

describe('lastUserQuestion', () => {
  const long = 'Explain why the sum of two odd numbers is always an even number.';

  it('takes the last message of the user', () => {
    const chat = [user('Hello there'), { role: 'assistant', content: 'Hi!' }, user(long)];
    expect(lastUserQuestion([{ role: 'system', content: 'Be brief.' }, ...chat])).toBe(long);
  });

  it('puts what came before in front of short follow-ups', () => {
    const chat = [user('Unrelated'), user(long), { role: 'assistant', content: 'x' }, user('Why?')];
    expect(lastUserQuestion(chat)).toBe(`${long}\nWhy?`);
  });

  it('reads the text parts of a message and skips the others', () => {
    const image = { type: 'image_url', image_url: { url: 'data:' } };
    expect(lastUserQuestion([user([{ type: 'text', text: long }, image])])).toBe(long);
    expect(lastUserQuestion([user(null), user([image])])).toBe('');
  });
});

describe('route', () => {
  const seen: string[] = [];
  const encoder: QuestionEncoder = {
    id: 'length',
    dimensions: 1,
    encode: async (texts) => {
      seen.push(...texts);
      return Matrix.fromRows(texts.map((text) => [text.length]));
    },
  };
  const one = Matrix.fromRows([[1]]);
  const model = new FactorizationModel({
    models: ['only'],
    modelEmbeddings: one,
    projection: one,
    projectionBias: new Float32Array(1),
    classifier: Matrix.fromRows([[0], [1]]),
    classifierBias: new Float32Array(2),
  });
  const models = [
    {
      name: 'only',
      pricePerMillionInputTokens: 1e6,
      pricePerMillionOutputTokens: 0,
      meanOutputTokens: 1,
    },
  ];
  const router = new Router({ model, models, encoder });

  it('takes texts, chats and embeddings in one batch', async () => {
    seen.length = 0;
    const decisions = await router.routeMany([
      '1234',
      [-1],
      [user('12345678')],
      Float32Array.of(2),
    ]);
    expect(seen).toEqual(['1234', '12345678']);
    expect(decisions.map(({ probability }) => Math.log(probability / (1 - probability)))).toEqual(
      [4, -1, 8, 2].map((value) => expect.closeTo(value, 5)),
    );
    // One token for each four characters at a dollar a token; embeddings have none.
    expect(decisions.map(({ expectedCostUsd }) => expectedCostUsd)).toEqual([1, 0, 2, 0]);
  });

  it('counts all messages of a chat as input, whichever the question is', async () => {
    const chat = [{ role: 'system', content: 'x'.repeat(80) }, user('12345678')];
    expect((await router.route(chat)).expectedCostUsd).toBe(22);
    expect((await router.route(chat, { inputTokens: 3 })).expectedCostUsd).toBe(3);
  });

  it('takes another rule to reduce chats', async () => {
    seen.length = 0;
    const first = new Router({ model, encoder, toQuestion: ([message]) => `${message?.content}` });
    await first.route([user('first'), user('second')]);
    expect(seen).toEqual(['first']);
  });

  it.each([
    ['system messages alone', [{ role: 'system', content: 'hello' }]],
    ['an image alone', [{ role: 'user', content: [{ type: 'image_url', image_url: {} }] }]],
    ['nothing written', [user(' \n')]],
    ['the beginning of an answer', [{ role: 'assistant', content: 'Sure:' }]],
  ])('routes a chat of %s by general ability, without the encoder', async (_, chat) => {
    seen.length = 0;
    const [decision] = await router.routeMany([chat]);
    expect(decision?.probability).toBe(0.5);
    expect(seen).toEqual([]);
    const [, second] = await router.routeMany([chat, '1234']);
    expect(second?.probability).toBeCloseTo(1 / (1 + Math.exp(-4)), 5);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['an empty list', () => router.route([])],
    ['messages without role', () => router.route(JSON.parse('[{"content":"x"}]'))],
    ['numbers instead of questions', () => router.routeMany(JSON.parse('[1]'))],
    ['null', () => router.routeMany(JSON.parse('[null]'))],
  ])('refuses %s', async (_, work) => {
    await expect(work()).rejects.toMatchObject({ code: 'invalid-argument' });
  });
});
