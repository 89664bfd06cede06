import { percent } from '@embedllm/internals';
import type { ModelInfo } from '../dataset.js';
import type { FamiliarityRecord } from '../familiarity/familiarity.js';
import type { Artifact, TrainingWarning } from './artifact.js';

/** Columns of the table of models; those that no model has a value for are left out. */
const MODEL_COLUMNS: ReadonlyArray<
  readonly [title: string, value: (model: ModelInfo) => string | number | undefined]
> = [
  ['Family', ({ family }) => family],
  ['Parameters (10⁹)', ({ parametersBillion }) => parametersBillion],
  ['USD / 10⁶ input tokens', ({ pricePerMillionInputTokens }) => pricePerMillionInputTokens],
  ['USD / 10⁶ output tokens', ({ pricePerMillionOutputTokens }) => pricePerMillionOutputTokens],
  ['Usual answer (tokens)', ({ meanOutputTokens }) => meanOutputTokens],
  ['Context (tokens)', ({ contextLength }) => contextLength],
  ['Latency (ms)', ({ latencyMs }) => latencyMs],
  ['Capabilities', ({ capabilities }) => capabilities?.join(', ')],
  ['Regions', ({ regions }) => regions?.join(', ')],
];

/**
 * The model card that is written where none is given: YAML front matter as the Hugging Face hub
 * reads it, then how to use the artifact, what it was trained on, its figures, and its limits.
 */
export function formatModelCard(artifact: Artifact): string {
  const { model, models, encoder, training, metrics } = artifact;
  const { counts } = training;
  const cells = counts.questions * counts.models;
  const coverage = cells > 0 ? ` (${percent(counts.labels / cells)} of all)` : '';
  return `---
library_name: embedllm
tags:
  - embedllm
  - model-routing
  - llm-evaluation
---

# EmbedLLM artifact

Embeddings of ${models.length} LLMs, learned from the questions they answered correctly and incorrectly, as in
[EmbedLLM](https://arxiv.org/abs/2410.02223). Given the text of a question, they predict the probability
that each model answers it correctly, without calling any of them.

## Use

\`\`\`ts
import { fromPretrained } from '@embedllm/core/node';
import { restoreEncoder } from '@embedllm/question-encoder';
import { Router } from '@embedllm/router';

const artifact = fromPretrained('path/to/this/folder');
const router = await Router.fromPretrained(artifact, { encoder: restoreEncoder });
const { model, probability } = await router.route('What is 17 * 23?');
\`\`\`
${
  encoder.files === undefined && encoder.settings === undefined
    ? `
The question encoder is not in this folder. Pass the one below as \`encoder\`.
`
    : ''
}
- Question encoder: ${code(encoder.id)}, ${model.questionDimensions} dimensions, fingerprint ${code(encoder.fingerprint)}
- Model embeddings: ${model.dimensions} dimensions
- Probabilities: ${artifact.calibration ? 'calibrated on held-out answers' : 'not calibrated'}
- Familiarity of questions: ${artifact.familiarity ? familiarityOf(artifact.familiarity) : 'not recorded, so unfamiliar questions are not recognised'}

## Training

- ${counts.questions} questions, ${counts.models} models, ${counts.labels} labels${coverage}
- Data fingerprint: ${code(training.dataFingerprint)}
- Solver: ${code(training.solver)}${settingsOf(training.settings)}${
    training.singleBest === undefined ? '' : `\n- Single best model: ${code(training.singleBest)}`
  }${warningsSection(training.warnings ?? [])}${metricsSection(metrics)}
## Models

${modelTable(models)}

## Limits

- Probabilities apply to questions like those in training. ${
    artifact.familiarity
      ? 'For other questions they shrink towards the average accuracy of each model; `decision.familiarity` says how familiar a question is.'
      : 'For other questions they are extrapolated.'
  }
${unseenOf(artifact)}- They describe the models at the time their answers were recorded, with the prompts and grading
  of those records. A provider may change a model without changing its name.
- Only correctness was learned, not style, safety or harm.

## Citation

\`\`\`bibtex
@inproceedings{zhuang2025embedllm,
  title = {{EmbedLLM}: Learning Compact Representations of Large Language Models},
  author = {Zhuang, Richard and Wu, Tianhao and Wen, Zhaojin and Li, Andrew and Jiao, Jiantao and Ramchandran, Kannan},
  booktitle = {International Conference on Learning Representations},
  year = {2025}
}
\`\`\`
`;
}

/** What routing does on kinds of question that training never saw, where it was measured. */
function unseenOf({ metrics, familiarity }: Artifact): string {
  const routing = metrics['unseen.routingAccuracy'];
  const single = metrics['unseen.single-best.routingAccuracy'];
  if (routing === undefined || single === undefined) return '';
  const guard = familiarity?.guard;
  const isGuarded = guard !== undefined && (guard.below > 0 || guard.margin > 0);
  return `- On kinds of question that were left out of training, routing was right on ${percent(routing)} and the
  single best model on ${percent(single)}.${
    isGuarded
      ? ` Routers therefore use that model by default if a
  question is unfamiliar or no other model is clearly better. A custom policy replaces this.`
      : ''
  }
`;
}

function familiarityOf({ calibratedOn, questions, coverage }: FamiliarityRecord): string {
  const scale = coverage
    ? 'the share of the text that the encoder explains'
    : 'the distance to the training questions';
  return `by ${scale}, as a quantile of ${questions} ${calibratedOn} questions`;
}

function settingsOf(settings: Readonly<Record<string, unknown>>): string {
  const names = Object.keys(settings).sort();
  if (names.length === 0) return '';
  return `; ${names.map((name) => code(`${name} = ${JSON.stringify(settings[name])}`)).join(', ')}`;
}

function warningsSection(warnings: readonly TrainingWarning[]): string {
  if (warnings.length === 0) return '';
  const items = warnings.map(({ code: name, message }) => `- ${code(name)}: ${plain(message)}`);
  return `

### Warnings

${items.join('\n')}
`;
}

function metricsSection(metrics: Readonly<Record<string, number>>): string {
  const names = Object.keys(metrics).sort();
  if (names.length === 0) return '';
  const rows = names.map((name) => `| ${cell(name)} | ${metrics[name]} |`);
  return `
## Metrics

| Metric | Value |
| --- | --- |
${rows.join('\n')}
`;
}

function modelTable(models: readonly ModelInfo[]): string {
  const columns = MODEL_COLUMNS.filter(([, value]) => models.some((m) => value(m) !== undefined));
  if (columns.length === 0) return models.map(({ name }) => `- ${code(name)}`).join('\n');
  const rows = models.map((model) => [
    cell(model.name),
    ...columns.map(([, value]) => show(value(model))),
  ]);
  const lines = [
    ['Model', ...columns.map(([title]) => title)],
    ['---', ...columns.map(() => '---')],
    ...rows,
  ];
  return lines.map((line) => `| ${line.join(' | ')} |`).join('\n');
}

function show(value: string | number | undefined): string {
  if (value === undefined || value === '') return '';
  return typeof value === 'number' ? String(value) : cell(value);
}

/** Text from outside as inline code: on one line, without backticks that would end it. */
function code(text: string): string {
  return `\`${text.replace(/[\s`]+/g, ' ').trim()}\``;
}

/** Text from outside as prose: on one line, without Markdown or HTML of its own. */
function plain(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\\`*_[\]<>|]/g, '\\$&');
}

function cell(text: string): string {
  return code(text).replaceAll('|', '\\|');
}
