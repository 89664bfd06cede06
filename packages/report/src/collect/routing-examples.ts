import { type EvaluationDataset, type QuestionEncoder, Random } from '@embedllm/core';
import type { RouteDecision, Router } from '@embedllm/router';
import type { RoutedQuestion, RoutingContent } from '../content/routing-content.js';
import type { TestStudy } from './test-study.js';

/** The chosen model and the next ones in line. */
const CANDIDATES = 3;
/** Longer prompts are cut: what matters is the decision. */
const LONGEST_PROMPT = 600;

/** Routes given texts, and test questions whose answers are known. */
export async function collectRoutingExamples(options: {
  readonly dataset: EvaluationDataset;
  readonly study: TestStudy | undefined;
  readonly router: Router;
  readonly encoder: QuestionEncoder | undefined;
  readonly examples: readonly string[];
  readonly drawn: number;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}): Promise<RoutingContent> {
  const { study, router, encoder, examples, drawn, seed, signal } = options;
  const notes: string[] = [];
  let given: RoutedQuestion[] = [];
  if (examples.length > 0 && encoder) {
    const decisions = await router.routeMany(examples, { top: CANDIDATES, signal });
    given = decisions.map((decision, index) => describe(examples[index] as string, decision));
  } else if (examples.length > 0) {
    notes.push("The given texts were not routed because the artifact's encoder was not given.");
  }
  if (!study && drawn > 0) {
    notes.push(
      'No test questions were routed. This requires a split and embeddings of the questions.',
    );
  }
  return { given, drawn: study ? drawExamples(options, study) : [], seed, notes };
}

function drawExamples(
  { dataset, drawn, seed }: { dataset: EvaluationDataset; drawn: number; seed: number },
  { test, router, dataColumns }: TestStudy,
): RoutedQuestion[] {
  const columns = new Map(
    test.correctness.models.map((name, index) => [name, dataColumns[index]!]),
  );
  return stratifiedDraw(
    test.indices.map((index) => dataset.questions[index]?.category ?? ''),
    drawn,
    seed,
  ).map((row) => {
    const index = test.indices[row]!;
    const question = dataset.questions[index];
    const decision = router.routeEmbedding(test.embeddings.row(row), { top: CANDIDATES });
    return {
      ...describe(question?.prompt ?? '', decision),
      benchmark: question?.category,
      candidates: candidatesOf(decision).map((candidate) => {
        const column = columns.get(candidate.model);
        const label = column === undefined ? undefined : dataset.correctness.get(index, column);
        return { ...candidate, correct: label === undefined ? undefined : label === 1 };
      }),
    };
  });
}

/** Positions drawn at random, one of each category in turn. */
function stratifiedDraw(categories: readonly string[], count: number, seed: number): number[] {
  const random = new Random(seed);
  const byCategory = new Map<string, number[]>();
  categories.forEach((category, index) => {
    byCategory.set(category, [...(byCategory.get(category) ?? []), index]);
  });
  const groups = random.shuffle([...byCategory.values()].map((group) => random.shuffle(group)));
  const drawn: number[] = [];
  for (let round = 0; drawn.length < count; round++) {
    const before = drawn.length;
    for (const group of groups) {
      const next = group[round];
      if (next !== undefined && drawn.length < count) drawn.push(next);
    }
    if (drawn.length === before) break;
  }
  return drawn;
}

function describe(question: string, decision: RouteDecision): RoutedQuestion {
  const text =
    question.length > LONGEST_PROMPT ? `${question.slice(0, LONGEST_PROMPT)} …` : question;
  const { reason, familiarity } = decision;
  return { question: text, candidates: candidatesOf(decision), reason, familiarity };
}

function candidatesOf({ candidates }: RouteDecision): RoutedQuestion['candidates'] {
  return candidates.map(({ model, probability, expectedCostUsd }) => ({
    model: model.name,
    probability,
    expectedCostUsd,
  }));
}
