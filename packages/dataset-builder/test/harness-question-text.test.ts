import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type HarnessDataset, type JsonObject, readHarnessLogs } from '../src/index.js';
import { type RenderedTask, TASKS } from './harness-tasks.js';
import { temporaryDirectory } from './temporary-directory.js';

const root = temporaryDirectory();
let folders = 0;

/** How a run shows the question to the model. */
interface Show {
  readonly shots: number;
  readonly render: (turns: readonly (readonly [role: string, text: string])[]) => unknown;
}

const system = 'You are a helpful assistant.';

function marked(open: (role: string) => string, close: string): Show['render'] {
  return (turns) =>
    `${turns.map(([role, text]) => `${open(role)}${text}${close}`).join('')}${open('assistant')}`;
}

const plain: Show['render'] = (turns) => turns.map(([, text]) => text).join('');
const chatML = marked((role) => `<|im_start|>${role}\n`, '<|im_end|>\n');

const SHOWS: Readonly<Record<string, Show>> = {
  'without examples': { shots: 0, render: plain },
  'with three examples': { shots: 3, render: plain },
  'as ChatML': { shots: 0, render: chatML },
  'as ChatML with two examples in turns': { shots: 2, render: chatML },
  'as a chat of Llama 3': {
    shots: 1,
    render: marked((role) => `<|start_header_id|>${role}<|end_header_id|>\n\n`, '<|eot_id|>'),
  },
  'as a chat of Gemma': {
    shots: 0,
    render: marked((role) => `<start_of_turn>${role}\n`, '<end_of_turn>\n'),
  },
  'as a chat of Mistral': {
    shots: 1,
    render: (turns) =>
      `<s>${turns.map(([role, text]) => (role === 'assistant' ? ` ${text}</s>` : `[INST] ${text} [/INST]`)).join('')}`,
  },
  'as the messages of an API': {
    shots: 1,
    render: (turns) => [JSON.stringify(turns.map(([role, content]) => ({ role, content })))],
  },
};

function hash(doc: JsonObject): string {
  return createHash('sha256').update(JSON.stringify(doc)).digest('hex');
}

/** The requests of a sample, as the harness builds and logs them. */
function requestsOf(task: RenderedTask, { shots, render }: Show): JsonObject {
  const contexts = typeof task.text === 'string' ? [task.text] : task.text;
  const continuations = task.choices ?? [undefined];
  const examples = Array.from({ length: shots }, (_, index) =>
    render === plain
      ? ([['user', `${task.example} ${index}\n\n`]] as const)
      : ([
          ['user', task.example],
          ['assistant', `${index}`],
        ] as const),
  ).flat();
  const described = `${render === plain ? '' : system}${task.description ?? ''}`;
  const turnsOf = (text: string): [string, string][] => [
    ...(described === '' ? [] : [['system', described] as [string, string]]),
    ...examples.map(([role, content]): [string, string] => [role, content]),
    ['user', render === plain && task.prefix ? `${text} ${task.prefix}` : text],
  ];
  const requests = contexts.flatMap((context) =>
    continuations.map((continuation) => ({
      arg_0: render(turnsOf(context)),
      arg_1: continuation === undefined ? { until: ['\n'] } : ` ${continuation}`,
    })),
  );
  return Object.fromEntries(requests.map((request, index) => [`gen_args_${index}`, request]));
}

function sampleOf(doc: JsonObject, sent: unknown, acc = 1, docId = 0): string {
  return JSON.stringify({
    ...{ doc_id: docId, doc, target: '0', arguments: sent, resps: [], filtered_resps: [] },
    ...{ filter: 'none', metrics: ['acc'], doc_hash: hash(doc), acc },
  });
}

/** Reads runs, each of a model of its own, from a new folder. */
async function read(
  runs: readonly { readonly task: string; readonly samples: readonly string[] }[],
): Promise<HarnessDataset> {
  const folder = join(root, `logs-${folders++}`);
  for (const [index, { task, samples }] of runs.entries()) {
    const model = join(folder, `model-${index}`);
    await mkdir(model, { recursive: true });
    const file = join(model, `samples_${task}_2025-03-01T10-00-00.123456.jsonl`);
    await writeFile(file, samples.join('\n'));
  }
  return readHarnessLogs(folder);
}

async function textOf(task: string, doc: JsonObject, sent: unknown): Promise<string | undefined> {
  const { questions } = await read([{ task, samples: [sampleOf(doc, sent)] }]);
  return questions[0]?.prompt;
}

describe('the text of a question in logs of lm-evaluation-harness', () => {
  describe.each(Object.entries(SHOWS))('%s', (_, show) => {
    it.each(TASKS.map((task) => [task.task, task] as const))(
      'is what %s shows of it',
      async (name, task) => {
        expect(await textOf(name, task.doc, requestsOf(task, show))).toBe(task.expected);
      },
    );
  });

  it('is read from lists of requests, as earlier versions logged them', async () => {
    for (const task of TASKS) {
      const requests = Object.values(requestsOf(task, { shots: 2, render: plain }));
      const lists = requests.map((request) => Object.values(request as object));
      expect(await textOf(task.task, task.doc, lists)).toBe(task.expected);
    }
  });

  it('is one for models with other numbers of examples and chat templates', async () => {
    for (const task of TASKS) {
      const shows = Object.values(SHOWS);
      const dataset = await read(
        shows.map((show) => ({
          task: task.task,
          samples: [sampleOf(task.doc, requestsOf(task, show))],
        })),
      );
      expect(dataset.questions).toHaveLength(1);
      expect(dataset.correctness.countObserved()).toBe(shows.length);
    }
  });

  const fields: readonly (readonly [string, JsonObject, string])[] = [
    [
      'copa',
      { premise: 'It broke.', choice1: 'It fell.', choice2: 'It sang.', question: 'cause' },
      'It broke.\ncause\nA. It fell.\nB. It sang.',
    ],
    ['asdiv', { body: 'Red 2.', question: 'How many?', answer: '2' }, 'Red 2.\nHow many?'],
    ['svamp', { Body: 'Ann has 2.', Question: 'How many?', Answer: '2' }, 'Ann has 2.\nHow many?'],
    [
      'musr',
      { narrative: 'A story.', question: 'Who?', choices: "['x', 'y']" },
      'A story.\nWho?\nA. x\nB. y',
    ],
    [
      'belebele',
      { flores_passage: 'P.', question: 'What?', mc_answer1: 'a', mc_answer2: 'b' },
      'P.\nWhat?\nA. a\nB. b',
    ],
    [
      'social_iqa',
      { context: 'C.', question: 'What?', answerA: 'a', answerB: 'b' },
      'C.\nWhat?\nA. a\nB. b',
    ],
    [
      'sciq',
      { question: 'What?', distractor1: 'a', distractor2: 'b', correct_answer: 'c', support: 'S.' },
      'S.\nWhat?\nA. a\nB. b\nC. c',
    ],
    [
      'winogrande',
      { sentence: 'Ann met Bo because _ called.', option1: 'Ann', option2: 'Bo' },
      'Ann met Bo because _ called.\nA. Ann\nB. Bo',
    ],
    [
      'truthfulqa',
      { question: 'Is it?', mc1_targets: { choices: ['no', 'yes'], labels: [1, 0] } },
      'Is it?\nA. no\nB. yes',
    ],
    [
      'arc',
      {
        question: 'Which?',
        choices: [
          { text: 'x', label: 'A' },
          { text: 'y', label: 'B' },
        ],
      },
      'Which?\nA. x\nB. y',
    ],
    ['xnli', { premise: 'It rains.', hypothesis: 'It is wet.' }, 'It rains.\nIt is wet.'],
    ['qqp', { question1: 'How old?', question2: 'What age?' }, 'How old?\nWhat age?'],
  ];
  it.each(fields)(
    'is made of the fields of %s where the log lacks the prompt, or it holds none of them',
    async (task, doc, expected) => {
      expect(await textOf(task, doc, undefined)).toBe(expected);
      expect(await textOf(task, doc, { gen_args_0: { arg_0: 'Q', arg_1: {} } })).toBe(expected);
    },
  );

  it('is the prompt without what all of a run share, where the document has no known field', async () => {
    const samples = ['7', '8'].map((n, index) =>
      sampleOf(
        { n },
        {
          gen_args_0: {
            arg_0: `Solve.\n\nDouble 1.\nAnswer: 2\n\nDouble seven (${n}).\nAnswer:`,
            arg_1: {},
          },
        },
        1,
        index,
      ),
    );
    const { questions } = await read([{ task: 'double', samples }]);
    expect(questions.map(({ prompt }) => prompt)).toEqual([
      'Double seven (7).',
      'Double seven (8).',
    ]);
  });

  it('does not take a passage from an example before it', async () => {
    const doc = { question: 'What is the capital of Peru?', context: 'Lima', answer: 'x' };
    const sent = `Q: Is Lima old?\nA: yes\n\n${'An example. '.repeat(20)}\n\nQ: ${doc.question}\nA:`;
    expect(await textOf('t', doc, { gen_args_0: { arg_0: sent, arg_1: {} } })).toBe(doc.question);
  });

  it('takes time by the length of hostile prompts, not by its square', async () => {
    const long = [' ', '\n', '.', 'A: ', "'", '[INST]'].map((part) => part.repeat(300_000));
    for (const text of long) {
      const doc = { question: `Why?${text}`, choices: `['a', ${text}]` };
      const sent = { gen_args_0: { arg_0: `${text}Why?${text}`, arg_1: {} } };
      expect(await textOf('t', doc, sent)).toMatch(/Why\?/);
    }
  });
});

describe('documents whose choices are in another order in every run', () => {
  const gpqa = (question: number, order: readonly number[]): JsonObject => {
    const choices = ['alpha', 'beta', 'gamma', 'delta'].map((name) => `${name} ${question}`);
    const [right, ...wrong] = choices;
    return {
      'Record ID': `rec${question}`,
      Question: `Question ${question}?`,
      'Correct Answer': right,
      ...Object.fromEntries(wrong.map((text, index) => [`Incorrect Answer ${index + 1}`, text])),
      ...Object.fromEntries(order.map((from, index) => [`choice${index + 1}`, choices[from]])),
      answer: `(${'ABCD'[order.indexOf(0)]})`,
    };
  };
  const runOf = (
    orders: readonly (readonly number[])[],
    accs: readonly number[],
  ): { task: string; samples: string[] } => ({
    task: 'gpqa_main_zeroshot',
    samples: orders.map((order, index) =>
      sampleOf(gpqa(index, order), undefined, accs[index], index),
    ),
  });

  it('are one question for all models, and counted', async () => {
    const { questions, correctness, report } = await read([
      runOf(
        [
          [0, 1, 2, 3],
          [3, 2, 1, 0],
          [0, 1, 2, 3],
        ],
        [1, 0, 1],
      ),
      runOf(
        [
          [1, 0, 2, 3],
          [0, 1, 2, 3],
          [0, 1, 2, 3],
        ],
        [0, 1, 1],
      ),
    ]);
    expect(questions.map(({ prompt }) => prompt.split('\n')[0])).toEqual([
      'Question 0?',
      'Question 1?',
      'Question 2?',
    ]);
    expect([0, 1, 2].map((row) => [...correctness.row(row)])).toEqual([
      [1, 0],
      [0, 1],
      [1, 1],
    ]);
    expect(report).toMatchObject({ questions: 3, labels: 6, coverage: 1, reordered: 2, texts: [] });
  });

  it('stay two where one run asks both', async () => {
    const twice = { question: 'Same?', answer: 'A' };
    const samples = [
      sampleOf({ ...twice, choices: ['x', 'y'] }, undefined, 1, 0),
      sampleOf({ ...twice, choices: ['y', 'x'] }, undefined, 0, 1),
    ];
    const { questions, report } = await read([{ task: 't', samples }]);
    expect(questions).toHaveLength(2);
    expect(report.reordered).toBe(0);
    expect(report.texts).toMatchObject([{ category: 't', questions: 2, reordered: 2 }]);
  });

  it('stay two where anything else differs', async () => {
    const doc = { question: 'What next?', choices: ['x', 'y'] };
    const { questions } = await read([
      { task: 't', samples: [sampleOf({ ...doc, scene: 'One.' }, undefined)] },
      { task: 't', samples: [sampleOf({ ...doc, scene: 'Two.' }, undefined)] },
    ]);
    expect(questions).toHaveLength(2);
  });
});
