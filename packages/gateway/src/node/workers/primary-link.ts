import type { GatewayConfiguration } from '../../configuration/configuration.js';
import type { AnswerStore } from '../../idempotency/answer-store.js';
import type { LimitStore } from '../../limits/limit-store.js';
import type { LockoutStore } from '../../lockout/lockout-store.js';
import type { DecisionLog } from '../../observe/decision-log.js';
import type { AnswerOutcome, PostedOutcome } from '../../outcomes/outcome.js';
import type { OutcomeStream } from '../../outcomes/outcome-stream.js';
import type { SessionStore } from '../../session/session-store.js';
import type { Siblings } from '../../siblings.js';
import type { PageState } from '../../ui/page-state.js';
import type { CircuitStore } from '../../upstream/circuit-store.js';
import { type GatewayEvent, logLine } from '../log-line.js';
import type { RunningGateway } from '../serve-options.js';
import { mergePages } from './merge-pages.js';
import { ProcessChannel } from './process-channel.js';
import { WorkerAnswerStore } from './worker-answer-store.js';
import { WorkerCircuitStore } from './worker-circuit-store.js';
import { WorkerLimitStore } from './worker-limit-store.js';
import { WorkerLockoutStore } from './worker-lockout-store.js';
import { WorkerSessionStore } from './worker-session-store.js';
import { shareOfWorker } from './worker-share.js';

/** Says to a process that it is a worker, and how many there are. */
export const WORKERS_VARIABLE = 'EMBEDLLM_GATEWAY_WORKERS';

/** What a worker says when it serves. */
export interface Listening {
  readonly url: string;
  readonly port: number;
}

/** What became of a reload. */
export interface Reloaded {
  readonly isReloaded: boolean;
  /** Why not. */
  readonly message: string;
}

/** What connects a worker to the first process. */
export interface PrimaryLink {
  readonly limitStore: LimitStore;
  readonly answerStore: AnswerStore;
  readonly lockoutStore: LockoutStore;
  readonly sessionStore: SessionStore;
  readonly circuitStore: CircuitStore;
  readonly siblings: Siblings;
  readonly outcomeStream: OutcomeStream;
  /** Without what the first process says for all. */
  readonly log: (event: GatewayEvent) => void;
  /** The part of the configuration that holds for this worker. */
  share(configuration: GatewayConfiguration): GatewayConfiguration;
  /** A log of decisions that knows the answers of the other workers. */
  decisions(own: DecisionLog): DecisionLog;
  /** Notifies the first process that this one serves. */
  serve(running: RunningGateway): void;
}

/** Events that the first process logs once for all. */
const SAID_ONCE: readonly GatewayEvent['event'][] = [
  'listening',
  'reloaded',
  'reload-failed',
  'restart-needed',
  'draining',
  'closed',
];

/** The link of a worker; `undefined` in any other process. */
export function linkToPrimary(
  log: (event: GatewayEvent) => void = logLine,
): PrimaryLink | undefined {
  const workers = Number(process.env[WORKERS_VARIABLE] ?? 0);
  if (workers === 0 || !process.send) return undefined;
  let running: RunningGateway | undefined;
  let judge: DecisionLog['judge'] = () => undefined;
  const listeners = new Set<(outcome: AnswerOutcome) => void>();
  let lastFailure = '';
  const circuitStore: WorkerCircuitStore = new WorkerCircuitStore(() => channel);
  const channel = new ProcessChannel(process, {
    ...circuitStore.handlers,
    reload: async (): Promise<Reloaded> => {
      const isReloaded = (await running?.reload()) ?? false;
      return { isReloaded, message: lastFailure };
    },
    close: () => running?.close(),
    metrics: () => running?.gateway?.metrics(),
    page: () => running?.gateway?.page(),
    judge: (outcome) => judge(outcome as PostedOutcome),
    outcome: (outcome) => {
      for (const listener of listeners) listener(outcome as AnswerOutcome);
    },
  });
  const askOthers = async (outcome: PostedOutcome): Promise<AnswerOutcome | undefined> =>
    (await channel.ask('judge', outcome)) as AnswerOutcome | undefined;
  return {
    limitStore: new WorkerLimitStore(channel),
    answerStore: new WorkerAnswerStore(channel),
    lockoutStore: new WorkerLockoutStore(channel),
    sessionStore: new WorkerSessionStore(channel),
    circuitStore,
    siblings: {
      metrics: async (own) => (await channel.ask('metrics', own)) as string,
      page: async (own) => mergePages(own, (await channel.ask('page')) as PageState[]),
      judge: async (outcome) => await askOthers(outcome),
    },
    outcomeStream: {
      publish: async (outcome) => void (await channel.ask('outcome', outcome)),
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    log(event) {
      if (event.event === 'reload-failed') lastFailure = event.message;
      if (!SAID_ONCE.includes(event.event)) log(event);
    },
    share: (configuration) => shareOfWorker(configuration, workers),
    decisions(own) {
      judge = (outcome) => own.judge(outcome);
      return {
        get isOn() {
          return own.isOn;
        },
        note: (decision) => own.note(decision),
        judge: async (outcome) => (await own.judge(outcome)) ?? (await askOthers(outcome)),
      };
    },
    serve(served) {
      running = served;
      const { url, port } = served;
      void channel.ask('listening', { url, port } satisfies Listening);
      // What it said has been answered: nothing is lost.
      void served.closed.then(() => process.disconnect());
    },
  };
}
