import { parseGatewayConfiguration } from '@embedllm/gateway';
import { expect, it } from 'vitest';
import { describeRouting } from './describe-routing.js';

const price = { pricePerMillionInputTokens: 1, pricePerMillionOutputTokens: 1 };
const model = { upstream: 'local', ...price };

const described = (routing: object, ...context: [(readonly string[])?, string?]): string[] =>
  describeRouting(
    parseGatewayConfiguration(
      {
        upstreams: { local: { baseURL: 'http://127.0.0.1:1/v1' } },
        models: { a: model, b: model, large: model },
        decisions: { file: 'decisions.jsonl' },
        routing,
      },
      { environment: {} },
    ),
    { known: context[0], policy: context[1] },
  );

it('says how each name is routed', () => {
  expect(described({})).toEqual(['auto: chosen among 3 models, best-quality']);
  expect(described({ models: ['a', 'b'] }, ['a', 'large'])).toEqual([
    'auto: chosen among 1 model, best-quality',
  ]);
  expect(described({}, undefined, 'utility')).toEqual(['auto: chosen among 3 models, utility']);
  const lines = described({
    policy: { objective: 'cheapest-above', floor: 0.8, deny: ['b'] },
    aliases: { frugal: { objective: 'utility', lambda: 5, explore: 0.05 } },
    cascades: { exam: { ask: ['a', 'b'], escalate: 'large', key: 'choice' } },
    sessions: { worthUsd: 0.5 },
    shadow: { ask: { model: 'a', share: 0.05, dollars: { day: 2 } } },
  });
  expect(lines).toEqual([
    'auto: chosen among 3 models, cheapest-above, floor 0.8, deny b, with sessions',
    'frugal: chosen among 3 models, utility, lambda 5, explore 0.05',
    'exam: cascade, a and b compared by choice, else large',
    'shadow: a is asked as well for 5.0%, at most $2 a day',
  ]);
  expect(described({ shadow: { use: 'large' } })).toEqual([
    'auto: large answers; the router only decides (best-quality)',
  ]);
});
