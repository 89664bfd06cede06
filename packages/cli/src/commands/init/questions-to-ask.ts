import { type Artifact, type QuestionEncoder, Random } from '@embedllm/core';
import type { BankQuestion } from '@embedllm/pretrained';
import { Router } from '@embedllm/router';
import { Learner } from '@embedllm/router/learning';

/**
 * Which questions of a bank to ask all models, in the order of asking; indices of the bank. Every
 * second one is drawn at random: of questions that are all chosen because they say much, intervals
 * are too narrow (`bench/day-one.ts` of the router).
 */
export async function questionsToAsk(
  artifact: Artifact,
  encoder: QuestionEncoder,
  questions: readonly BankQuestion[],
  { count, seed }: { readonly count: number; readonly seed: number },
): Promise<number[]> {
  const most = Math.min(count, questions.length);
  const router = Router.fromArtifact(artifact, { encoder });
  const { embeddings } = await router.encode(questions.map(({ prompt }) => prompt));
  const suggested = new Learner(router).suggestQuestions(Math.ceil(most / 2), {
    candidates: embeddings,
    effects: questions.map(({ effect }) => effect),
    categories: questions.map(({ category }) => category),
  });
  const chosen = new Set(suggested);
  const others = [...questions.keys()].filter((index) => !chosen.has(index));
  const random = new Random(seed).shuffle(others);
  return Array.from({ length: most }, (_, position) =>
    position % 2 === 0 ? suggested[position / 2]! : random[(position - 1) / 2]!,
  );
}
