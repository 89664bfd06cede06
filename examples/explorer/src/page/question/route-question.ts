import { bestQuality, type Policy, type RouteDecision, utility } from '@embedllm/router';
import type { PolicyPoint } from '../../explorer-data.js';
import type { Explorer } from '../loading/load-explorer.js';

/** What the router says of a question. */
export interface RoutedQuestion {
  readonly decision: RouteDecision;
  /** P(correct) of each model, in the router's order. */
  readonly probabilities: readonly number[];
  /** Whether the encoder knows any of its words; if not, only general ability counts. */
  readonly isKnown: boolean;
  /** Time from text to decision, in milliseconds. */
  readonly elapsedMs: number;
}

/** Routes a text by the policy of a stop of the slider; best quality where there are no prices. */
export async function routeQuestion(
  { router, encoder, data }: Explorer,
  question: string,
  options: { point: PolicyPoint | undefined; signal: AbortSignal },
): Promise<RoutedQuestion> {
  const { point, signal } = options;
  const policy: Policy = point ? utility({ lambda: point.lambda }) : bestQuality();
  // Policies are held to the models whose cost is known, here and in the figures of the curve.
  const priced = data.costQuality?.priced.map((index) => data.models[index] as string);
  const started = performance.now();
  const decision = await router.route(question, { policy, models: priced, top: 3, signal });
  const elapsedMs = performance.now() - started;
  const embedding = await encoder.encode([question], { signal });
  const { probabilities } = router.predict(embedding, {
    coverage: await encoder.coverage?.([question], { signal }),
  });
  return {
    decision,
    probabilities: Array.from(probabilities.row(0)),
    isKnown: embedding.row(0).some((value) => value !== 0),
    elapsedMs,
  };
}
