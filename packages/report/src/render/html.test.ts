import fc from 'fast-check';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { cleanText, escapeHtml, html, isolated, trusted } from './html.js';

describe('html', () => {
  it('escapes values and keeps markup', () => {
    const name = `<script>alert("1" & '2')</script>`;
    expect(html`<p title="${name}">${name}</p>${trusted('<br>')}`.text).toBe(
      '<p title="&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;">' +
        '&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;</p><br>',
    );
    expect(html`<i>${['a<', html`<b>${1}</b>`, undefined]}</i>`.text).toBe('<i>a&lt;<b>1</b></i>');
    expect(isolated('<x>').text).toBe('<bdi>&lt;x&gt;</bdi>');
  });

  it('never lets a text become an element or leave its attribute', () => {
    const nasty = fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', 'a', ' ', '=', '/') });
    fc.assert(
      fc.property(nasty, (text) => {
        const { document } = parseHTML(
          `<!doctype html><body>${html`<p id="p" title="${text}">${text}</p>`.text}</body>`,
        );
        const paragraph = document.querySelector('#p');
        expect(paragraph?.childElementCount).toBe(0);
        expect(paragraph?.attributes).toHaveLength(2);
        expect(paragraph?.textContent).toBe(text);
        expect(paragraph?.getAttribute('title')).toBe(text);
      }),
    );
  });

  it('replaces characters that HTML does not allow', () => {
    expect(cleanText('a\u0000b\ud800c\udc00\u0085')).toBe('a\ufffdb\ufffdc\ufffd\ufffd');
    expect(cleanText('tab\tline\n👍 עברית')).toBe('tab\tline\n👍 עברית');
    expect(escapeHtml('\u0000<')).toBe('\ufffd&lt;');
  });
});
