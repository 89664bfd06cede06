import { describe, expect, it } from 'vitest';
import type { ChatMessage } from '../question/chat-message.js';
import { taskQuestion } from './task-question.js';
import { typedText } from './typed-text.js';

const says =
  (role: string) =>
  (content: ChatMessage['content']): ChatMessage => ({ role, content });
const [user, assistant, tool] = ['user', 'assistant', 'tool'].map(says) as [
  ReturnType<typeof says>,
  ReturnType<typeof says>,
  ReturnType<typeof says>,
];

const LONG = 'Explain why the sum of two odd numbers is always an even number.';

describe('taskQuestion', () => {
  it('is the opening request, the plan, the last word of the user and the last results of tools', () => {
    const messages = [
      says('system')('You are an agent.'),
      user('Make the parser handle comments.'),
      assistant(null),
      tool('an old result'),
      assistant([{ type: 'text', text: 'I would add a rule to the grammar. Shall I?' }]),
      user('yes, do it'),
      assistant(null),
      tool('2 failed'),
      tool('40 passed'),
    ];
    expect(taskQuestion(messages)).toBe(
      'Make the parser handle comments.\nI would add a rule to the grammar. Shall I?\nyes, do it\n2 failed\n40 passed',
    );
    const later = [...messages, assistant('Done.'), user('and the documentation?')];
    expect(taskQuestion(later)).toBe(
      'Make the parser handle comments.\nDone.\nand the documentation?',
    );
  });

  it('says nothing twice', () => {
    expect(taskQuestion([user('Fix it.'), assistant(null), tool('Fix it.')])).toBe('Fix it.');
  });

  it('takes the answer along with a short follow-up, and nothing with a question of its own', () => {
    const chat = [user('Unrelated'), assistant('An answer'), user(LONG)];
    expect(taskQuestion(chat)).toBe(LONG);
    expect(taskQuestion([...chat, assistant('It is 2k + 2.'), user('Why?')])).toBe(
      `It is 2k + 2.\n${LONG}\nWhy?`,
    );
    expect(taskQuestion([user('Hi')])).toBe('Hi');
    expect(taskQuestion([])).toBe('');
    expect(taskQuestion([assistant('Sure:')])).toBe('');
  });

  it('keeps within its budget, and each part its beginning and end', () => {
    const messages = [
      user('Sort the list.'),
      assistant(null),
      tool(`begin ${'x'.repeat(50_000)} end`),
      tool('y'.repeat(50_000)),
    ];
    const question = taskQuestion(messages, { tokens: 100 });
    expect(question.length).toBeLessThanOrEqual(400);
    expect(question.length).toBeGreaterThan(390);
    expect(question).toMatch(/^Sort the list\.\nbegin x+\nx+ end\ny+\ny+$/);
    for (const tokens of [1, 2, 3, 5, 10]) {
      expect(taskQuestion(messages, { tokens }).length).toBeLessThanOrEqual(4 * tokens);
    }
    expect(() => taskQuestion(messages, { tokens: 0 })).toThrow(/tokens/);
  });

  it('leaves out what coding agents add to messages of the user', () => {
    const context = '<environment_context>\n<cwd>/repo</cwd>\n</environment_context>';
    const instructions =
      '# AGENTS.md instructions for /repo\n\n<INSTRUCTIONS>Use tabs.</INSTRUCTIONS>';
    const reminder = '<system-reminder>Today is Monday.</system-reminder>';
    expect(
      taskQuestion([
        user(instructions),
        user(context),
        user([
          { type: 'text', text: reminder },
          { type: 'text', text: 'Fix the <Button> in a <my-element>.' },
        ]),
        assistant(null),
        tool('ok'),
      ]),
    ).toBe('Fix the <Button> in a <my-element>.\nok');
  });
});

describe('typedText', () => {
  it('leaves alone what is not closed, however often', () => {
    expect(typedText('a <one-tag> b')).toBe('a <one-tag> b');
    const many = Array.from({ length: 20_000 }, (_, index) => `<a-${'b'.repeat(index % 50)}c>`);
    const text = many.join(' ');
    expect(typedText(text)).toBe(text);
  });
});
