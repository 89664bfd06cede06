import { describe, expect, it } from 'vitest';
import { MESSAGES } from '../protocol/messages.js';
import { CHAT } from '../protocol/openai.js';
import type { Protocol } from '../protocol/protocol.js';
import { RESPONSES } from '../protocol/responses.js';
import { isMidThought, seenOutcomes } from './seen-outcomes.js';
import { lastSteps } from './steps.js';

const tool = (failed: boolean) => ({ kind: 'tool', failed });
const call = (failed: boolean) => ({ kind: 'call', failed });
const user = (failed: boolean) => ({ kind: 'user', failed });

type Items = readonly object[];

/** The same conversation in each protocol: what is called, its result, whether the call was thought about. */
interface Written {
  readonly protocol: Protocol;
  says(text: string): object;
  calls(args: string, hasThought?: boolean): Items;
  results(text: string, isError?: boolean): object;
}

const WRITTEN: Readonly<Record<string, Written>> = {
  chat: {
    protocol: CHAT,
    says: (content) => ({ role: 'user', content }),
    calls: (args, hasThought) => [
      {
        role: 'assistant',
        content: null,
        ...(hasThought ? { reasoning_content: 'Hm.' } : {}),
        tool_calls: [{ id: 'c', type: 'function', function: { name: 'run', arguments: args } }],
      },
    ],
    results: (content) => ({ role: 'tool', tool_call_id: 'c', content }),
  },
  messages: {
    protocol: MESSAGES,
    says: (text) => ({ role: 'user', content: [{ type: 'text', text }] }),
    calls: (args, hasThought) => [
      {
        role: 'assistant',
        content: [
          ...(hasThought ? [{ type: 'thinking', thinking: 'Hm.', signature: 's' }] : []),
          { type: 'tool_use', id: 'c', name: 'run', input: JSON.parse(args) },
        ],
      },
    ],
    results: (content, isError) => ({
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 'c', content, ...(isError ? { is_error: true } : {}) },
      ],
    }),
  },
  responses: {
    protocol: RESPONSES,
    says: (text) => ({ role: 'user', content: [{ type: 'input_text', text }] }),
    calls: (args, hasThought) => [
      ...(hasThought ? [{ type: 'reasoning', encrypted_content: 'x' }] : []),
      { type: 'function_call', call_id: 'c', name: 'run', arguments: args },
    ],
    results: (output) => ({ type: 'function_call_output', call_id: 'c', output }),
  },
};

describe.each(Object.keys(WRITTEN))('what %s shows of a session', (name) => {
  const { protocol, says, calls, results } = WRITTEN[name] as Written;
  const steps = (...items: Items) => lastSteps({ protocol, body: { [protocol.input]: items } });
  const seen = (...items: Items) => seenOutcomes(steps(...items));

  it('sees how tools fared', () => {
    expect(seen(says('Build it.'))).toEqual([]);
    expect(seen(says('Build it.'), ...calls('{"a":1}'), results('fine'))).toEqual([
      call(false),
      tool(false),
    ]);
    for (const said of [
      'Error: no such file',
      'fatal: not a git repository',
      'Traceback (most recent call last):\n  File "a.py"',
      `${'x'.repeat(5000)}\nProcess exited with code 2`,
      '{"output":"","metadata":{"exit_code":1}}',
    ]) {
      expect(seen(says('Go.'), ...calls('{}'), results(said))).toEqual([call(false), tool(true)]);
    }
    for (const said of ['No errors found.', 'exit code: 0', '{"exit_code":0}', 'errors: 0']) {
      expect(seen(says('Go.'), ...calls('{}'), results(said))).toEqual([call(false), tool(false)]);
    }
  });

  it('sees calls that were made before, and counts no turn twice', () => {
    const turn = (args: string) => [...calls(args), results('fine')];
    const begun = [says('Go.'), ...turn('{"a":1}'), ...turn('{"a":2}')];
    expect(seen(...begun, ...turn('{"a":1}'))).toEqual([call(true), tool(false)]);
    expect(seen(...begun, ...turn('{"a":3}'))).toEqual([call(false), tool(false)]);
    const long = Array.from({ length: 6 }, (_, index) => turn(`{"b":${index}}`)).flat();
    expect(seen(...begun, ...long, ...turn('{"a":1}'))).toEqual([call(false), tool(false)]);
  });

  it('sees that the user corrects the model', () => {
    const answered = [
      says('Go.'),
      ...calls('{}'),
      results('fine'),
      ...calls('{"a":1}'),
      results('ok'),
    ];
    for (const said of [
      'No, the other file.',
      'It still fails with the same message',
      "that's wrong",
      'This does not work.',
      'Undo that',
    ]) {
      expect(seen(...answered, says(said)).at(-1)).toEqual(user(true));
    }
    for (const said of ['Now the documentation.', 'yes, do it', 'nothing else', 'Note the time.']) {
      expect(seen(...answered, says(said)).at(-1)).toEqual(user(false));
    }
    const reminder = says('<system-reminder>No changes.</system-reminder>');
    expect(seen(...answered, reminder).at(-1)).toEqual(tool(false));
  });

  it('knows when a model has thought about the call whose result comes', () => {
    const mid = (isThinking: boolean, ...items: Items) => isMidThought(steps(...items), isThinking);
    const thought = [says('Go.'), ...calls('{}', true), results('fine')];
    const plain = [says('Go.'), ...calls('{}'), results('fine')];
    expect(mid(false, ...thought)).toBe(true);
    expect(mid(false, ...plain)).toBe(false);
    expect(mid(true, ...plain)).toBe(true);
    expect(mid(true, ...thought, ...calls('{}'), says('Next.'))).toBe(false);
    expect(mid(false, ...thought, says('Next.'), ...calls('{"a":1}'), results('ok'))).toBe(false);
    expect(mid(true, says('Go.'))).toBe(false);
  });
});

it('believes a field that says whether a tool failed', () => {
  const content = [
    { type: 'tool_result', content: 'Error: as was asked for', is_error: false },
    { type: 'tool_result', content: [{ type: 'text', text: 'fine' }], is_error: true },
  ];
  const messages = [
    { role: 'user', content: 'Go.' },
    { role: 'assistant', content: [{ type: 'tool_use', name: 'run', input: {} }] },
    { role: 'user', content },
  ];
  expect(seenOutcomes(lastSteps({ protocol: MESSAGES, body: { messages } }))).toEqual([
    call(false),
    tool(false),
    tool(true),
  ]);
});

it('takes anything for a conversation', () => {
  for (const input of [
    undefined,
    'text',
    7,
    [null, 7, {}, { type: 'reasoning' }, { role: 'user' }],
  ]) {
    expect(() => seenOutcomes(lastSteps({ protocol: RESPONSES, body: { input } }))).not.toThrow();
    const body = { messages: input };
    expect(() => seenOutcomes(lastSteps({ protocol: MESSAGES, body }))).not.toThrow();
    expect(() => seenOutcomes(lastSteps({ protocol: CHAT, body }))).not.toThrow();
  }
});
