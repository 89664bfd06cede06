import { englishEncoder } from '@embedllm/encoder-english';
import { encoderRecord, fitLsaEncoder, joinEncoders } from '@embedllm/question-encoder';
import { expect, it } from 'vitest';
import { isFitted, refitEncoder } from './refit-encoder.js';

const seen = [
  'What is two plus three?',
  'What is two times three?',
  'Who wrote Faust?',
  'Who wrote Emma?',
];
const other = [
  'Name the capital of France.',
  'Name the capital of Italy.',
  'Name a river of France.',
];

it('knows which encoders were fitted on texts, and can be again', () => {
  const fitted = (id: string) => isFitted({ id });
  expect(['lsa', 'categories:lsa', 'join:lsa+static:x'].every(fitted)).toBe(true);
  expect(['hashing', 'static:lsa', 'join:hashing+static:x', 'external'].some(fitted)).toBe(false);
  // What an artifact does not hold cannot be restored from its record.
  expect(fitted('join:lsa+transformers:x')).toBe(false);
});

it('refits lsa, alone and as a part, as if it had never seen other texts', async () => {
  const english = await englishEncoder();
  const joined = await joinEncoders([await fitLsaEncoder({ texts: seen }), english], {
    weights: [1, 2],
  });
  const expected = await joinEncoders([await fitLsaEncoder({ texts: other }), english], {
    weights: [1, 2],
  });
  const refit = await refitEncoder(encoderRecord(joined));
  expect((await refit(other)).fingerprint).toBe(expected.fingerprint);
  const alone = await refitEncoder(encoderRecord(await fitLsaEncoder({ texts: seen })));
  expect((await alone(other)).fingerprint).toBe(
    (await fitLsaEncoder({ texts: other })).fingerprint,
  );
});
