import type { CallMeter } from '../costs/call-meter.js';
import type { Exchange } from '../exchange.js';
import type { ModelRequest } from '../http/model-request.js';
import { answerAttributes } from '../observe/gen-ai-attributes.js';
import type { GatewaySpan } from '../observe/telemetry.js';
import { keepAnswer } from '../session/continued-answer.js';
import type { AnswerFacts } from './answer-facts.js';
import type { CallDeadline } from './call-deadline.js';
import type { CircuitPass } from './circuit-breaker.js';
import type { Upstream } from './upstream.js';
import type { CallOutcome } from './upstream-answer.js';
import { UpstreamFailure } from './upstream-failure.js';

/** What a call is made of. */
export interface UpstreamCallOptions {
  readonly exchange: Exchange;
  readonly upstream: Upstream;
  /** The model's name at the gateway. */
  readonly model: string;
  /** Its name at the upstream. */
  readonly upstreamModel: string;
  /** The pieces of the request's body, under the upstream's name for the model. */
  readonly body: readonly Uint8Array[];
  /** What the client asked for. */
  readonly request: Pick<ModelRequest, 'protocol' | 'stream' | 'choices'>;
  /** The client did not ask for the usage of a stream. */
  readonly hidesUsage: boolean;
  /** The same for all calls of one model for one request. */
  readonly idempotencyKey: string;
  readonly deadline: CallDeadline;
  readonly pass: CircuitPass;
  readonly meter: CallMeter;
  readonly span: GatewaySpan;
  /** Gives back the call's place among those of its upstream. */
  readonly release: () => void;
}

/** One call of one upstream. Whoever sees its end settles it; the first to do so counts. */
export class UpstreamCall {
  readonly exchange: Exchange;
  readonly upstream: Upstream;
  readonly model: string;
  readonly upstreamModel: string;
  readonly body: readonly Uint8Array[];
  readonly request: UpstreamCallOptions['request'];
  readonly hidesUsage: boolean;
  readonly idempotencyKey: string;
  readonly deadline: CallDeadline;
  readonly meter: CallMeter;
  readonly span: GatewaySpan;
  /** What its answer says of itself, as far as it has come. */
  readonly facts: AnswerFacts = { finishReasons: [] };
  readonly #pass: CircuitPass;
  readonly #release: () => void;
  readonly #start: number;
  #isSettled = false;

  constructor(options: UpstreamCallOptions) {
    this.exchange = options.exchange;
    this.upstream = options.upstream;
    this.model = options.model;
    this.upstreamModel = options.upstreamModel;
    this.body = options.body;
    this.request = options.request;
    this.hidesUsage = options.hidesUsage;
    this.idempotencyKey = options.idempotencyKey;
    this.deadline = options.deadline;
    this.meter = options.meter;
    this.span = options.span;
    this.#pass = options.pass;
    this.#release = options.release;
    this.#start = options.exchange.now();
  }

  /** The most that an answer, or a part of it that has to be held, may take. */
  get responseBytes(): number {
    return this.exchange.state.configuration.limits.responseBytes;
  }

  /** The first token has come: the upstream works, however long its answer will be. */
  noteFirstToken(): void {
    this.#pass.succeed();
    this.deadline.isAnswered();
    const seconds = (this.exchange.now() - this.#start) / 1000;
    this.span.set(() => ({ 'gen_ai.response.time_to_first_chunk': seconds }));
  }

  /** The answer is on its way; where it was translated, with what of the request was left out. */
  noteTranslation(isShortened: boolean): void {
    const { protocol } = this.request;
    if (!this.upstream.reach(protocol).isTranslated) return;
    const labels = { model: this.model, protocol: protocol.name, dropped: String(isShortened) };
    this.exchange.metrics.translations.add(labels);
  }

  settle(outcome: CallOutcome): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.deadline.stop();
    this.#release();
    this.meter.settle(outcome);
    const failure = outcome instanceof UpstreamFailure ? outcome : undefined;
    if (outcome === 'answered' || outcome === 'refused') this.#pass.succeed();
    else if (failure?.isOutage) this.#pass.fail();
    else this.#pass.discard();
    const { name } = this.upstream.configuration;
    const { model, exchange } = this;
    const label = failure?.reason ?? String(outcome);
    exchange.metrics.attempts.add({ upstream: name, model, outcome: label });
    if (failure) {
      const { reason, status } = failure;
      exchange.notes.failures.push({ model, upstream: name, reason, status });
    }
    if (outcome === 'answered' || outcome === 'abandoned') {
      void exchange.session?.note(model, this.meter.usage);
    }
    if (outcome === 'answered') {
      exchange.notes.finishReasons = this.facts.finishReasons;
      const { id } = this.facts;
      const isKept = this.request.protocol.spoken === 'responses' && id !== undefined;
      if (isKept) void keepAnswer(exchange, id, model);
    }
    this.span.set(() => answerAttributes(this.facts, this.meter.usage));
    this.span.end(failure?.message, failure?.status ? String(failure.status) : failure?.reason);
  }
}
