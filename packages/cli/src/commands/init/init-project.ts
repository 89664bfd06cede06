import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { savePretrained } from '@embedllm/core/node';
import { type CollectOptions, resolveModel, serverOf } from '@embedllm/dataset-builder/collect';
import { quantity } from '@embedllm/internals';
import { pretrained, questionBank } from '@embedllm/pretrained';
import { restoreArtifactEncoder } from '../../inputs/restore-artifact-encoder.js';
import { assertArtifactPlace } from '../../output/output-place.js';
import { replaceFile } from '../../output/replace-file.js';
import type { Context } from '../../program/context.js';
import { UsageError } from '../../program/failure.js';
import { askUntilSure } from './ask-until-sure.js';
import { chooseModels } from './choose-models.js';
import { describePlan } from './describe-plan.js';
import { describeFindings, type InitFindings } from './findings.js';
import { gatewayFile } from './gateway-file.js';
import { Interview } from './interview.js';
import type { InitOptions } from './options.js';
import { ownQuestions } from './own-questions.js';
import { questionsToAsk } from './questions-to-ask.js';

const RECORD = 'collect.jsonl';
const FILES = ['gateway.yaml', 'embedllm.config.ts', 'findings.md'];

/** What `init` came to; plain JSON. */
export interface InitSummary {
  readonly output: string;
  readonly findings: InitFindings;
  readonly calls: number;
  readonly cost: number;
  /** Why fewer questions were asked than allowed. */
  readonly stopped: 'sure' | 'budget' | undefined;
  readonly files: readonly string[];
}

/** Makes a router over your own models: asks them, and writes what is needed to use it. */
export async function initProject(
  context: Context,
  options: InitOptions,
): Promise<{ summary: InitSummary | undefined; text: string }> {
  const output = context.path(options.output);
  await assertPlace(output, options);
  const interview = new Interview(context.io);
  const own = await ownQuestions(context, options);
  const specified = await chooseModels(context, interview, options);
  const models = await Promise.all(specified.map((model) => resolveModel(model)));
  const bank = await questionBank({ collection: options.bank, signal: context.signal });
  const { collection, questions } = bank;
  const artifact = await pretrained({ collection, signal: context.signal });
  const encoder = await restoreArtifactEncoder(context, artifact.encoder, {});
  const order = questionsToAsk(questions, options);
  const record = join(output, RECORD);
  const asking = (count: number): CollectOptions => ({
    models: specified,
    questions: [...own, ...order.slice(0, count).map((index) => questions[index]!)],
    record,
    budget: options.budget,
    maxOutputTokens: options.maxOutputTokens,
    concurrency: options.concurrency,
    signal: context.signal,
  });
  const plan = await describePlan(asking(options.count));
  if (options.dryRun === true) return { summary: undefined, text: plan };
  context.note(plan);
  if (options.yes !== true && !(await interview.confirm('Go on?'))) {
    return { summary: undefined, text: 'Nothing was asked.' };
  }
  await mkdir(output, { recursive: true });
  context.resumeHint = `Answers so far are in ${record}; run the same command again to resume.`;
  const result = await askUntilSure(context, asking, {
    models,
    bank,
    own,
    order,
    artifact,
    encoder,
  });
  await savePretrained(join(output, 'artifact'), result.pool.artifact, { signal: context.signal });
  const text = describeFindings(result.findings);
  const servers = specified.map(serverOf);
  const isServable = servers.every((server) => server !== undefined);
  const contents: Record<string, string> = {
    'findings.md': `# Which of your models is best\n\n${fenced(text)}\n`,
    'embedllm.config.ts': CONFIGURATION,
    ...(isServable && {
      'gateway.yaml': gatewayFile(
        models.flatMap(({ name }, index) => {
          const server = servers[index];
          return server ? [{ name, server }] : [];
        }),
      ),
    }),
  };
  for (const [file, content] of Object.entries(contents)) {
    await replaceFile(join(output, file), content);
  }
  const files = ['artifact', RECORD, ...Object.keys(contents)];
  const { calls, cost, stopped, findings } = result;
  if (stopped === 'budget') {
    const asked = Math.min(...findings.models.map((model) => model.asked));
    context.warn(
      `The budget ended after ${asked} of ${quantity(options.count, 'question')}. The most that a call can cost is reserved first, so a larger --budget or fewer --max-output-tokens allow more. Run the same command again with --overwrite to resume.`,
    );
  }
  return {
    summary: { output, findings, calls, cost, stopped, files },
    text: [
      text,
      '',
      ...(stopped === 'sure'
        ? ['Asking ended early, because more would not change which is best.']
        : []),
      `${quantity(calls, 'call')}, $${cost.toFixed(2)}. Written: ${files.join(', ')}.`,
      'Try it:  embedllm route "What is 17 * 23?"',
      ...(isServable ? ['Serve it: embedllm serve gateway.yaml'] : []),
    ].join('\n'),
  };
}

/** Before anything is asked and paid for. */
async function assertPlace(output: string, { overwrite = false }: InitOptions): Promise<void> {
  await assertArtifactPlace(join(output, 'artifact'));
  const there = ['artifact', ...FILES].filter((file) => existsSync(join(output, file)));
  if (there.length > 0 && !overwrite) {
    throw new UsageError(
      `Already there: ${there.map((file) => join(output, file)).join(', ')}. Choose another folder with --output, or replace it with --overwrite; answers in ${RECORD} are reused either way.`,
    );
  }
}

const CONFIGURATION = `import type { Configuration } from '@embedllm/cli';

// Options for embedllm commands in this folder; flags take precedence.
export default {
  artifact: 'artifact',
} satisfies Configuration;
`;

function fenced(text: string): string {
  return `\`\`\`text\n${text}\n\`\`\``;
}
