import type { Artifact, ModelComparison } from '@embedllm/core';

const KNOWS = {
  'mmlu-pro':
    'Multiple-choice questions with up to ten options in fourteen academic subjects, in English. Models of 2023 and 2024.',
  zeroeval:
    'Grade-school mathematics (GSM8K), competition mathematics (MATH level 5) and the output of short Python functions (CRUXEval), in English. Models of 2023 to early 2025.',
};

const SOURCES = {
  'mmlu-pro':
    'the public model outputs of [TIGER-AI-Lab/MMLU-Pro](https://github.com/TIGER-AI-Lab/MMLU-Pro) at commit f418b11 (Apache-2.0). Left out: gemini-1.5-pro-002, whose recorded answers in mathematics look damaged',
  zeroeval:
    'the public result files of [WildEval/ZeroEval](https://github.com/WildEval/ZeroEval) at commit 8c1485e (Apache-2.0); questions of GSM8K (MIT), MATH (MIT) and CRUXEval (MIT)',
};

/** What an artifact of this package knows and does not know. */
export function modelCard(
  name: keyof typeof KNOWS,
  title: string,
  { models, training, metrics, encoder }: Artifact,
  { routing, fixed, questions, difference }: ModelComparison,
): string {
  const figure = (key: string): string => metrics[`test.${key}`]?.toFixed(4) ?? 'not measured';
  return `---
license: apache-2.0
tags: [embedllm, llm-routing]
---

# ${title}

- **Knows**: ${KNOWS[name]}
- **Does not know**: other kinds of questions, other languages, conversations, tool calls, and how models have changed since. Every decision has a \`familiarity\`; the lower it is, the less the prediction is worth.
- **Trained on**: ${training.counts.labels} labels of ${models.length} models on ${training.counts.questions} questions of ${SOURCES[name]}.
- **Encoder**: ${encoder.id}, ${encoder.dimensions} dimensions.
- **On test questions**, used for no choice: accuracy ${figure('accuracy')}, AUROC ${figure('auroc')}, log loss ${figure('logLoss')}.
- **Routing** compared with always asking ${training.singleBest}, the single best on the training questions, on the ${questions} test questions on which both can be scored: ${routing.toFixed(4)} against ${fixed.toFixed(4)}, difference ${difference.mean.toFixed(4)} [${difference.lower.toFixed(4)}, ${difference.upper.toFixed(4)}].

Questions of public benchmarks may be in the training data of any model.
`;
}
