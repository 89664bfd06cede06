import type { GatewayState } from '../gateway-state.js';
import type { GatewayMetrics } from '../observe/gateway-metrics.js';
import type { AnswerOutcome } from './outcome.js';
import type { OutcomeStream } from './outcome-stream.js';

/** A model whose outcomes no longer fit what the router predicted. */
export interface ModelDrift {
  readonly model: string;
  /** The change of its logits that explains the outcomes best: below 0 when it got worse. */
  readonly shift: number;
}

/** What takes outcomes. */
export interface OutcomeTakerOptions {
  readonly state: () => GatewayState;
  readonly metrics: GatewayMetrics;
  readonly stream: OutcomeStream | undefined;
  readonly onDrift: (drift: ModelDrift) => void;
  readonly onFailure: (error: unknown) => void;
}

/**
 * Lets the router learn from the outcomes of trusted keys, here and at whoever hears the stream. An outcome
 * that cannot be learnt is reported and fails no request, for the log has it already.
 *
 * @returns what takes an outcome that a client of this gateway posted.
 */
export function outcomeTaker({
  state,
  metrics,
  stream,
  onDrift,
  onFailure,
}: OutcomeTakerOptions): (outcome: AnswerOutcome) => Promise<void> {
  const learn = async ({ model, question, outcome }: AnswerOutcome): Promise<void> => {
    const { learner, router } = state();
    const isInPool = router?.models.some(({ name }) => name === model) ?? false;
    if (!learner || !isInPool || question === undefined) return;
    try {
      const drifts = await learner.update([{ model, question, outcome }]);
      metrics.learnt.add({ model });
      for (const drift of drifts) {
        metrics.drifts.add({ model });
        onDrift(drift);
      }
    } catch (error) {
      onFailure(error);
    }
  };
  stream?.subscribe((outcome) => void learn(outcome));
  return async (outcome) => {
    await learn(outcome);
    try {
      await stream?.publish(outcome);
    } catch (error) {
      onFailure(error);
    }
  };
}
