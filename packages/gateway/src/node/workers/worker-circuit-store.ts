import type { CircuitMember, CircuitNews, CircuitStore } from '../../upstream/circuit-store.js';
import type { Handlers, ProcessChannel } from './process-channel.js';

/** Where the processes are that exchange news of circuits. */
type Asks = Pick<ProcessChannel, 'ask'>;

const ignore = (): void => undefined;

/** What the workers find out about upstreams, passed on by the first process. */
export class WorkerCircuitStore implements CircuitStore {
  readonly #channel: () => Asks;
  #hear: (news: CircuitNews) => void = ignore;

  constructor(channel: () => Asks) {
    this.#channel = channel;
  }

  join(hear: (news: CircuitNews) => void): CircuitMember {
    this.#hear = hear;
    const ask = (what: string, value?: unknown): void => {
      this.#channel().ask(what, value).catch(ignore);
    };
    ask('join-circuits');
    return {
      tell: (news) => ask('tell-circuits', news),
      leave: () => {
        this.#hear = ignore;
      },
    };
  }

  /** What the first process may ask for. */
  get handlers(): Handlers {
    return { 'hear-circuits': (news) => this.#hear(news as CircuitNews) };
  }
}

/** What a worker may ask of a store of circuits. */
export function circuitsForWorker(
  store: CircuitStore,
  worker: () => Asks,
): { readonly handlers: Handlers; leave(): void } {
  let member: CircuitMember | undefined;
  return {
    handlers: {
      'join-circuits': () => {
        member ??= store.join((news) => void worker().ask('hear-circuits', news).catch(ignore));
      },
      'tell-circuits': (news) => member?.tell(news as CircuitNews),
    },
    leave: () => member?.leave(),
  };
}
