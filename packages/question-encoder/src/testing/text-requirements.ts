import { encodeChecked } from './compare-vectors.js';
import type { Requirement } from './conformance-check.js';

/** Texts that real question files hold sooner or later. */
const UNUSUAL_TEXTS: Readonly<Record<string, string>> = {
  'Chinese and Japanese': '三角形の面積は底辺×高さ÷2ですか？',
  'Arabic and Hebrew': 'ما هو الجواب؟ מה התשובה?',
  'letters with combining marks': 'q\u0307\u0323 e\u0301 \u1e9b\u0323',
  'emoji joined to one': '👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽',
  'a character beyond the basic plane': '𝒳 ∈ ℝⁿ 𐍈',
  'control characters': 'a\0b\u0007c\u001bd\u007f',
  'line breaks of all kinds': 'a\nb\r\nc\u2028d\u2029e\u0085f',
  'invisible characters': '\ufeff\u200b\u200d\u202e',
  'half a surrogate pair': 'a\ud83d b\udc4d',
  'markup and escapes': '<script>alert(1)</script> \\u0000 %00 {{x}}',
};

/** What must hold for texts that are out of the ordinary. */
export const TEXT_REQUIREMENTS: readonly Requirement[] = [
  {
    name: 'accepts empty and blank texts',
    async check({ encoder, texts }) {
      const blank = ['', ' ', '\n\t\r ', '\u3000'];
      await encodeChecked(await encoder(), blank, 'empty and blank texts alone');
      await encodeChecked(await encoder(), [...texts, ...blank], 'blank texts among others');
    },
  },
  {
    name: 'accepts any Unicode',
    async check({ encoder }) {
      for (const [what, text] of Object.entries(UNUSUAL_TEXTS)) {
        await encodeChecked(await encoder(), [text], what);
      }
      await encodeChecked(await encoder(), Object.values(UNUSUAL_TEXTS), 'unusual texts together');
    },
  },
  {
    name: 'accepts very long texts',
    async check({ encoder, texts, longTextCharacters }) {
      const sentence = `${texts.join(' ')} `;
      const prose = sentence.repeat(Math.ceil(longTextCharacters / sentence.length));
      const word = 'x'.repeat(longTextCharacters);
      await encodeChecked(
        await encoder(),
        [prose.slice(0, longTextCharacters), word, texts[0] as string],
        `texts of ${longTextCharacters} characters`,
      );
    },
  },
];
