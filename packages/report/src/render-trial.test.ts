import { expect, it } from 'vitest';
import type { TrialContent } from './content/trial-content.js';
import { renderTrial } from './render-trial.js';

const passed = { lambda: 12, switched: 0.4, qualityKept: 1.01, worstExcess: -0.01, isKept: true };
const content: TrialContent = {
  ...{ title: 'A week', log: '<log>', generatedAt: '2026-11-29T10:00:00Z', requests: 1200 },
  ...{ present: 'large', models: ['large', 'small'], share: 0.95, confidence: 0.9 },
  tested: [passed, { ...passed, switched: 0.5, isKept: false }],
  passed,
  savedPer1000: { value: 2.5, lower: 2, upper: 3 },
  presentPer1000: 8,
  ...{ marks: 71, undecided: 2, markedBy: 'a person' },
  harms: [{ prompt: '<script>x</script>', model: 'small', outcome: 0, presentOutcome: 1 }],
};

it('shows the quality kept, the dollars saved, and where quality is lost', () => {
  const page = renderTrial(content);
  expect(page).toContain(
    'you keep at least 95% of the quality of large with 90% confidence, and save $2.50 per 1,000 requests (90% interval: $2.00 to $3.00)',
  );
  expect(page).toContain('lambda: 12.0000');
  expect(page).toContain('&lt;script&gt;');
  expect(page).not.toContain('<script>');
  expect(page).toContain('2 answers did not come');
});

it('rounds promises down, and shows amounts below a cent', () => {
  const savedPer1000 = { value: 0.00125, lower: -0.0002, upper: 0.003 };
  const page = renderTrial({ ...content, confidence: 0.995, share: 0.975, savedPer1000 });
  expect(page).toContain('you keep at least 97.5% of the quality of large with 99.5% confidence');
  expect(page).toContain(
    'save $0.00125 per 1,000 requests (99.5% interval: −$0.000200 to $0.00300)',
  );
  expect(page).toContain('is at most 0.5%');
});

it('promises nothing if no policy passed', () => {
  const page = renderTrial({ ...content, passed: undefined, savedPer1000: undefined, harms: [] });
  expect(page).toContain('No policy has been shown to keep 95%');
  expect(page).not.toContain('gateway.yaml');
});
