import type { Cancellation } from '../cancellation.js';
import type { ModelConfiguration } from '../configuration/model-configuration.js';
import type { ShadowAskSettings } from '../configuration/read-shadow.js';
import { CallMeter } from '../costs/call-meter.js';
import type { ModelPrice } from '../costs/model-price.js';
import type { CallSpending } from '../costs/token-usage.js';
import type { Exchange } from '../exchange.js';
import type { ChatRequest } from '../http/chat-request.js';
import { parseObject } from '../http/json-object.js';
import { requestAttributes } from '../observe/gen-ai-attributes.js';
import { answerText } from '../protocol/answer-text.js';
import { CallDeadline } from '../upstream/call-deadline.js';
import { callUpstream } from '../upstream/call-upstream.js';
import type { CircuitPass } from '../upstream/circuit-breaker.js';
import type { Upstream } from '../upstream/upstream.js';
import { UpstreamCall } from '../upstream/upstream-call.js';
import { UpstreamFailure } from '../upstream/upstream-failure.js';
import { isPromptOnly } from './prompt-only.js';
import { shadowBody, shadowTokens } from './shadow-body.js';
import { SHADOW } from './shadow-name.js';

/** What a call in shadow is made of. */
export interface CallInShadowOptions {
  /** The client's, which is settled. */
  readonly exchange: Exchange;
  readonly request: ChatRequest;
  readonly settings: ShadowAskSettings;
  readonly model: ModelConfiguration;
  readonly upstream: Upstream;
  readonly price: ModelPrice;
  readonly cancellation: Cancellation;
  /** Takes what it came to, once. */
  readonly onSettled: (spending: CallSpending) => void;
}

/** Longer answers are not kept. */
const MAX_KEPT_BYTES = 524_288;
/** Clients decide what circuits do. */
const NO_WORD: CircuitPass = {
  succeed: () => undefined,
  fail: () => undefined,
  discard: () => undefined,
};

/**
 * Asks a model what a client asked another one, and logs its answer as one to the same question.
 *
 * @throws UpstreamFailure when there is no answer; the reason of the cancellation.
 */
export async function callInShadow(options: CallInShadowOptions): Promise<void> {
  const { exchange, request, model, upstream, cancellation, price, onSettled } = options;
  const { configuration } = upstream;
  const { limits } = exchange.state.configuration;
  const behind = exchange.behind(`${exchange.requestId}-shadow`, cancellation);
  behind.notes.client = SHADOW;
  const asked = { ...request, stream: false, streamOptions: {} };
  const call = new UpstreamCall({
    exchange: behind,
    upstream,
    model: model.name,
    upstreamModel: model.model,
    body: shadowBody(request, model, configuration),
    hidesUsage: false,
    request: asked,
    idempotencyKey: crypto.randomUUID(),
    deadline: new CallDeadline(
      {
        timeouts: configuration.timeouts,
        answerMs: limits.requestMs,
        writeTimeoutMs: limits.writeTimeoutMs,
      },
      cancellation,
    ),
    pass: NO_WORD,
    meter: new CallMeter({
      exchange: behind,
      model: model.name,
      price,
      inputTokens: request.input.likely,
      mostOutputTokens: shadowTokens(request, model),
      onSettled,
    }),
    span: exchange.span.child(`${request.protocol.span} ${model.model}`, () => ({
      ...requestAttributes(asked, model.model, configuration),
      'embedllm.shadow': true,
    })),
    release: () => undefined,
  });
  const start = exchange.now();
  const { status, body } = await callUpstream(call);
  if (status >= 400) {
    throw new UpstreamFailure('status', `The upstream refused it with status ${status}.`, {
      status,
    });
  }
  log(options, call, {
    durationMs: exchange.now() - start,
    answer: body instanceof Uint8Array ? textOf(body) : undefined,
  });
}

function textOf(bytes: Uint8Array<ArrayBuffer>): string | undefined {
  return bytes.length > MAX_KEPT_BYTES ? undefined : answerText(parseObject(bytes) ?? {});
}

function log(
  { exchange, request, model, settings }: CallInShadowOptions,
  { exchange: behind, facts }: UpstreamCall,
  { durationMs, answer }: { readonly durationMs: number; readonly answer: string | undefined },
): void {
  const { question, client, asked, decision } = exchange.notes;
  if (question === undefined) return;
  const { name } = model;
  const probability = decision?.candidates.find((one) => one.model.name === name)?.probability;
  exchange.decisionLog?.note({
    log: {
      requestId: behind.requestId,
      ...{ client, asked, method: 'POST', route: '', status: 200, attempts: 1, durationMs },
      model: name,
      shadowOf: exchange.requestId,
      shadowShare: settings.share,
      ...(isPromptOnly(request, question) && { promptOnly: true }),
      ...(probability === undefined ? {} : { probability }),
      ...behind.notes.spending,
      finishReasons: facts.finishReasons,
    },
    question,
    decision: undefined,
    answer,
  });
}
