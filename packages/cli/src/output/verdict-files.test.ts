import { describe, expect, it } from 'vitest';
import { formatJUnit } from './verdict-files.js';

describe('formatJUnit', () => {
  it('counts what passed, failed and is undecided', () => {
    const text = formatJUnit({
      suite: 'embedllm forecast',
      markdown: '',
      verdicts: [
        { name: 'gsm8k>=0.8', verdict: 'pass', message: 'pass: it is' },
        { name: 'drop>=0.9', verdict: 'fail', message: 'fail: it is not' },
        { name: 'macro>=0.5', verdict: 'undecided', message: 'undecided: 3 answers' },
      ],
    });
    expect(text).toContain(
      '<testsuite name="embedllm forecast" tests="3" failures="1" errors="1">',
    );
    expect(text).toContain('name="gsm8k&gt;=0.8" />');
    expect(text).toContain('<failure type="fail" message="fail: it is not" />');
    expect(text).toContain('<error type="undecided" message="undecided: 3 answers" />');
  });

  it('keeps names that look like markup, or hold control characters, from being any', () => {
    const name = 'a"><failure/>&\u0000\u001b\n';
    const text = formatJUnit({
      suite: 's',
      markdown: '',
      verdicts: [{ name, verdict: 'pass', message: '' }],
    });
    expect(text).toContain('name="a&quot;&gt;&lt;failure/&gt;&amp;\uFFFD\uFFFD "');
    expect(text).not.toContain('<failure');
  });
});
