import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readInspectLogs } from '../src/index.js';
import { temporaryDirectory } from './temporary-directory.js';

const root = temporaryDirectory();
let folders = 0;

interface Sample {
  readonly input: unknown;
  readonly choices?: readonly string[];
  readonly metadata?: object;
  /** The conversation, as roles and texts. */
  readonly messages?: readonly (readonly [role: string, content: unknown])[];
  readonly attachments?: object;
}

async function textsOf(...logs: readonly (readonly Sample[])[]): Promise<string[]> {
  const folder = join(root, `logs-${folders++}`);
  await mkdir(folder);
  for (const [index, samples] of logs.entries()) {
    const log = {
      ...{ version: 2, status: 'success' },
      eval: {
        created: '2025-05-01T10:00:00+00:00',
        task: 't',
        model: `m${index}`,
        dataset: {},
        config: {},
      },
      samples: samples.map(({ messages = [], ...sample }, position) => ({
        ...{ id: position + 1, epoch: 1, target: 'x', scores: { s: { value: 'C' } } },
        ...sample,
        messages: messages.map(([role, content]) => ({ role, content })),
      })),
    };
    const file = join(folder, `2025-05-01T10-00-0${index}+00-00_t_${index}.json`);
    await writeFile(file, JSON.stringify(log));
  }
  const { questions } = await readInspectLogs(folder);
  return questions.map(({ prompt }) => prompt);
}

const TEMPLATE =
  "Answer the following multiple choice question. The last line of your response should be 'ANSWER: $LETTER'.\n\n";

describe('the text of a question in logs of Inspect', () => {
  it('is its input with its choices, without the template around it', async () => {
    const samples = ['Which is red?', 'Which is blue?'].map((input) => ({
      input,
      choices: ['the sea', 'blood'],
      messages: [
        ['system', 'You are helpful.'],
        ['user', `${TEMPLATE}${input}\n\nA) the sea\nB) blood`],
        ['assistant', 'ANSWER: A'],
      ] as const,
    }));
    expect(await textsOf(samples)).toEqual([
      'Which is red?\nA. the sea\nB. blood',
      'Which is blue?\nA. the sea\nB. blood',
    ]);
  });

  it('is what the model was shown where the input is only an id', async () => {
    const samples = ['Integrate x.', 'Differentiate x.'].map((problem) => ({
      input: 'problem_id',
      messages: [
        ['user', `Solve the problem.\n\n${problem}\n\nWrite Python.`],
        ['assistant', 'def f(): ...'],
        ['user', 'Now the next step.'],
      ] as const,
    }));
    expect(await textsOf(samples)).toEqual(['Integrate x.', 'Differentiate x.']);
    const ids = samples.map((sample, index) => ({ ...sample, input: `task-${index}` }));
    expect(await textsOf(ids)).toEqual(['Integrate x.', 'Differentiate x.']);
  });

  it('holds the passage that a template took from the metadata', async () => {
    const samples = ['Snow fell in May that year.', 'Rain fell in June that year.'].map(
      (passage) => ({
        input: 'What fell?',
        metadata: { passage, source: 'weather' },
        messages: [
          ['user', `Read this.\n\nPassage: ${passage}\nQuestion: What fell?\n\nBe brief.`],
        ] as const,
      }),
    );
    expect(await textsOf(samples)).toEqual([
      'Snow fell in May that year.\nQuestion: What fell?',
      'Rain fell in June that year.\nQuestion: What fell?',
    ]);
  });

  it('is the input where an agent was shown the same for all, or nothing', async () => {
    const agents = ['Fix the parser.', 'Fix the printer.'].map((input) => ({
      input,
      messages: [['user', 'Do the task in TASK.md.']] as const,
    }));
    expect(await textsOf(agents)).toEqual(['Fix the parser.', 'Fix the printer.']);
    expect(await textsOf([{ input: 'Alone?' }])).toEqual(['Alone?']);
  });

  it('is read from attachments and from parts of messages', async () => {
    const samples = ['One long text.', 'Another long text.'].map((text) => ({
      input: 'x',
      attachments: { abc: `Do it.\n\n${text}` },
      messages: [['user', [{ type: 'text', text: 'attachment://abc' }]]] as const,
    }));
    expect(await textsOf(samples)).toEqual(['One long text.', 'Another long text.']);
  });

  it('is one for models with other templates and with choices in another order', async () => {
    const log = (template: string, choices: readonly string[]): Sample[] => [
      {
        input: 'Which is red?',
        choices,
        messages: [['user', `${template}Which is red?\n\n${choices.join('\n')}`]],
      },
    ];
    expect(
      await textsOf(log(TEMPLATE, ['blood', 'the sea']), log('Choose.\n\n', ['the sea', 'blood'])),
    ).toEqual(['Which is red?\nA. blood\nB. the sea']);
  });
});
