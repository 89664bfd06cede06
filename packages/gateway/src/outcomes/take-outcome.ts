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

/** Lets the router learn from outcomes. */
export interface OutcomeTaker {
  /** Takes an outcome that a client of this gateway posted. */
  readonly take: (outcome: AnswerOutcome) => Promise<void>;
  /** The state has another learner: where the stream keeps outcomes, it learns all of them. */
  readonly restart: () => void;
}

/**
 * Lets the router learn from the outcomes of trusted keys, here and at whoever hears the stream. An outcome
 * that cannot be learned is reported and fails no request, for the log has it already.
 */
export function outcomeTaker({
  state,
  metrics,
  stream,
  onDrift,
  onFailure,
}: OutcomeTakerOptions): OutcomeTaker {
  const learn = async ({ learner, router }: GatewayState, taken: AnswerOutcome): Promise<void> => {
    const { model, question, outcome } = taken;
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
  let leave = (): void => undefined;
  const subscribe = (): void => {
    if (!stream) return;
    if (!stream.isOrdered) {
      leave = stream.subscribe((outcome) => void learn(state(), outcome));
      return;
    }
    const own = state();
    if (!own.learner) return;
    let isLeft = false;
    // One after another, in the order of the stream.
    let learning: Promise<void> = Promise.resolve();
    const end = stream.subscribe((outcome) => {
      learning = learning.then(() => (isLeft ? undefined : learn(own, outcome)));
    });
    leave = () => {
      isLeft = true;
      end();
    };
  };
  subscribe();
  return {
    async take(outcome) {
      if (!stream?.isOrdered) await learn(state(), outcome);
      try {
        // Also without a learner: during a rollout, replicas of the next configuration may have one.
        await stream?.publish(outcome);
      } catch (error) {
        onFailure(error);
      }
    },
    restart() {
      if (!stream?.isOrdered) return;
      leave();
      leave = () => undefined;
      subscribe();
    },
  };
}
