import { describe, expect, it } from 'vitest';
import { alikeModel, alikeQuestions } from './alike-names.js';

const [COMPOSED, DECOMPOSED] = ['caf\u00e9', 'cafe\u0301'];

describe('alikeModel', () => {
  it('says from which known model a new one hardly differs, and how', () => {
    expect(alikeModel(DECOMPOSED, ['other', COMPOSED])).toMatch(/only in how accents are encoded/);
    expect(alikeModel('GPT ', ['gpt'])).toMatch(/"GPT ".*"gpt".*only in case or white space\.$/);
  });

  it('says nothing of a known model, or one like no other', () => {
    expect(alikeModel('gpt', ['GPT', 'gpt'])).toBe('');
    expect(alikeModel('llama', ['gpt'])).toBe('');
  });
});

describe('alikeQuestions', () => {
  it('counts unknown questions that are known but for how accents are encoded', () => {
    const unknown = ['x', DECOMPOSED, `${DECOMPOSED} 2`];
    expect(alikeQuestions(unknown, [COMPOSED, `${COMPOSED} 2`])).toMatch(
      /^ 2 questions of these, such as "cafe\u0301", differ from one of the dataset only in how accents are encoded \(Unicode NFC or NFD\)\.$/,
    );
    expect(alikeQuestions([COMPOSED], [DECOMPOSED])).toMatch(
      /^ 1 question of these.* differs from/,
    );
  });

  it('says nothing of others, not even of those in another case', () => {
    expect(alikeQuestions(['a', 'B'], ['b', 'c'])).toBe('');
  });
});
