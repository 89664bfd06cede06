export type { ClientKey } from './configuration/client-key.js';
export type { ConcurrencySettings } from './configuration/concurrency-settings.js';
export type {
  BreakerSettings,
  GatewayConfiguration,
  GatewayLimits,
  RetrySettings,
  TimeoutSettings,
  UpstreamConfiguration,
  UpstreamProvider,
} from './configuration/configuration.js';
export type { DecisionSettings } from './configuration/decision-settings.js';
export type { KeyLimits, Windowed, WindowLimits } from './configuration/key-limits.js';
export type { LockoutSettings } from './configuration/lockout-settings.js';
export type { ModelConfiguration } from './configuration/model-configuration.js';
export type { Narrowing } from './configuration/narrowing.js';
export type { OutcomeTrust } from './configuration/outcome-trust.js';
export {
  type ParseConfigurationOptions,
  parseGatewayConfiguration,
} from './configuration/parse-configuration.js';
export type { CascadeSettings } from './configuration/read-cascades.js';
export type { ShadowAskSettings, ShadowSettings } from './configuration/read-shadow.js';
export type { Secret } from './configuration/secret.js';
export type { SessionSettings, StuckSettings } from './configuration/session-settings.js';
export type { TelemetryConfiguration } from './configuration/telemetry-configuration.js';
export { createGateway } from './create-gateway.js';
export type { AddressLockout, Gateway, GatewayOptions } from './gateway.js';
export type { GatewayContents } from './gateway-state.js';
export type { StoreFailure } from './guarded-stores.js';
export type {
  AnswerClaim,
  AnswerRecord,
  AnswerStore,
  ClaimedAnswer,
} from './idempotency/answer-store.js';
export type {
  LimitClaim,
  LimitCount,
  LimitCounter,
  LimitDecision,
  LimitRequest,
  LimitSettlement,
  LimitStore,
} from './limits/limit-store.js';
export { type LimitWindow, windowEnd, windowStart } from './limits/limit-window.js';
export { MemoryLimitStore, type MemoryLimitStoreOptions } from './limits/memory-limit-store.js';
export type { LockoutStore, WrongKey } from './lockout/lockout-store.js';
export {
  MemoryLockoutStore,
  type MemoryLockoutStoreOptions,
} from './lockout/memory-lockout-store.js';
export type { RecentRequest, Spending, TrafficBucket } from './observe/activity.js';
export type { DecisionLog, LoggedDecision } from './observe/decision-log.js';
export type {
  AskedModel,
  CascadeRecord,
  FailedAttempt,
  RequestLog,
  RequestSpending,
} from './observe/request-log.js';
export type { OpenTelemetry } from './observe/telemetry.js';
export type { Operation } from './operation.js';
export type { AnswerOutcome, OutcomeSource, PostedOutcome } from './outcomes/outcome.js';
export type { OutcomeStream } from './outcomes/outcome-stream.js';
export type { ModelDrift } from './outcomes/take-outcome.js';
export type { ChatProtocol } from './protocol/protocol.js';
export { MemorySessionStore } from './session/memory-session-store.js';
export type { QuestionSession, ToSessionQuestion } from './session/question-session.js';
export type { SessionChoice } from './session/session-choice.js';
export type { SessionKeeping, SessionStore } from './session/session-store.js';
export type { ShadowCall } from './shadow/shadow-calls.js';
export type { Siblings } from './siblings.js';
export type { PageState } from './ui/page-state.js';
export type { CircuitMember, CircuitNews, CircuitStore } from './upstream/circuit-store.js';
export type {
  GatewayFetch,
  GatewayFetchInit,
  GatewayFetchResponse,
} from './upstream/gateway-fetch.js';
export {
  MemoryCircuitStore,
  type MemoryCircuitStoreOptions,
} from './upstream/memory-circuit-store.js';
export type { CircuitChange } from './upstream/upstream.js';
export { withModelSettings } from './with-model-settings.js';
