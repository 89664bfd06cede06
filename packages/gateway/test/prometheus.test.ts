import parsePrometheusTextFormat from 'parse-prometheus-text-format';
import { afterEach, describe, expect, it } from 'vitest';
import { scriptedGateway, stopScripted, well } from './scripted-gateway.js';
import { CLIENT_KEY } from './start-gateway.js';

afterEach(stopScripted);

const HOSTILE = 'model "with" \\ and } and \u00e9';

describe('/metrics', () => {
  it('is read by a parser of the format, whatever names models have', async () => {
    const model = {
      upstream: 'local',
      pricePerMillionInputTokens: 1,
      pricePerMillionOutputTokens: 2,
    };
    const settings = { models: { [HOSTILE]: model }, routing: { baseline: HOSTILE } };
    const gateway = await scriptedGateway({ [HOSTILE]: well }, settings);
    await gateway.ask(HOSTILE);
    const headers = { authorization: `Bearer ${CLIENT_KEY}` };
    const text = await (await fetch(`${gateway.url}/metrics`, { headers })).text();
    const families = parsePrometheusTextFormat(text);
    const names = families.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain('embedllm_gateway_request_duration_seconds');
    const ofKey = { key: 'test', model: HOSTILE };
    for (const name of ['cost_dollars_total', 'baseline_cost_dollars_total']) {
      const dollars = families.find((family) => family.name === `embedllm_gateway_${name}`);
      expect(dollars?.metrics).toEqual([{ value: '0.000003', labels: ofKey }]);
    }
    const tokens = families.find(({ name }) => name === 'embedllm_gateway_tokens_total');
    expect(tokens?.metrics).toContainEqual({ value: '1', labels: { ...ofKey, kind: 'output' } });
    const attempts = families.find(({ name }) => name.endsWith('upstream_attempts_total'));
    expect(attempts?.metrics).toEqual([
      { value: '1', labels: { upstream: 'local', model: HOSTILE, outcome: 'answered' } },
    ]);
  });
});
