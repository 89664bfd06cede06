import type { Artifact } from './artifact.js';

/** A short model card: YAML front matter as the Hugging Face hub reads it, then Markdown. */
export function formatModelCard(artifact: Artifact): string {
  const { model, models, encoder, training, metrics } = artifact;
  const { counts } = training;
  const metricRows = Object.keys(metrics)
    .sort()
    .map((name) => `| ${cell(name)} | ${metrics[name]} |`);
  return `---
library_name: embedllm
tags:
  - embedllm
  - model-routing
  - llm-evaluation
---

# EmbedLLM artifact

Embeddings of ${models.length} LLMs, learned from which questions they answered correctly, after
[EmbedLLM](https://arxiv.org/abs/2410.02223).

\`\`\`js
import { fromPretrained } from '@embedllm/core/node';

const { model } = await fromPretrained('path/to/this/folder');
// Shape [questions, ${models.length}], from question embeddings of ${model.questionDimensions} dimensions.
const probabilities = model.predictProbabilities(questionEmbeddings);
\`\`\`

- Model embeddings: ${model.dimensions} dimensions
- Question encoder: ${code(encoder.id)}, ${model.questionDimensions} dimensions
- Training: solver ${code(training.solver)} on ${counts.questions} questions, ${counts.models} models, ${counts.labels} labels
${
  metricRows.length === 0
    ? ''
    : `
## Metrics

| Metric | Value |
| --- | --- |
${metricRows.join('\n')}
`
}
## Models

${models.map(({ name }) => `- ${code(name)}`).join('\n')}
`;
}

/** Text from outside as inline code: on one line, without backticks that would end it. */
function code(text: string): string {
  return `\`${text.replace(/[\s`]+/g, ' ').trim()}\``;
}

function cell(text: string): string {
  return code(text).replaceAll('|', '\\|');
}
