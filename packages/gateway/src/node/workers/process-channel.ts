/** One end of what connects two processes: a child, or the process itself within one. */
export interface ChannelPort {
  send?(message: unknown, callback: (error: Error | null) => void): boolean;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'disconnect', listener: () => void): unknown;
}

/** What the other process may ask for, by name. */
export type Handlers = Readonly<Record<string, (value: unknown) => unknown>>;

interface Asked {
  readonly kind: 'gateway-ask';
  readonly id: number;
  readonly what: string;
  readonly value: unknown;
}

interface Answered {
  readonly kind: 'gateway-answer';
  readonly id: number;
  readonly value?: unknown;
  /** Why there is none. */
  readonly failure?: string | undefined;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Questions and answers between two processes, in both directions. */
export class ProcessChannel {
  readonly #port: ChannelPort;
  readonly #handlers: Handlers;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #isOpen = true;

  constructor(port: ChannelPort, handlers: Handlers) {
    this.#port = port;
    this.#handlers = handlers;
    port.on('message', (message) => {
      if (isOfKind<Asked>(message, 'gateway-ask')) void this.#answer(message);
      else if (isOfKind<Answered>(message, 'gateway-answer')) this.#settle(message);
    });
    port.on('disconnect', () => this.#end());
  }

  /** @throws what the other process says of a failure; when it ends before it answers. */
  async ask(what: string, value?: unknown): Promise<unknown> {
    const id = ++this.#lastId;
    return await new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      if (this.#isOpen) this.#send({ kind: 'gateway-ask', id, what, value });
      else this.#end();
    });
  }

  async #answer({ id, what, value }: Asked): Promise<void> {
    try {
      const answer = await this.#handlers[what]?.(value);
      this.#send({ kind: 'gateway-answer', id, value: answer });
    } catch (error) {
      const failure = error instanceof Error ? error.message : String(error);
      this.#send({ kind: 'gateway-answer', id, failure });
    }
  }

  #settle({ id, value, failure }: Answered): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (failure === undefined) waiting?.resolve(value);
    else waiting?.reject(new Error(failure));
  }

  #send(message: Asked | Answered): void {
    // Without a listener the error of a process that has just ended would end this one.
    this.#port.send?.(message, (error) => {
      if (error) this.#end();
    });
  }

  #end(): void {
    this.#isOpen = false;
    for (const { reject } of this.#waiting.values()) reject(new Error('The process has ended.'));
    this.#waiting.clear();
  }
}

function isOfKind<T extends { readonly kind: string }>(
  message: unknown,
  kind: T['kind'],
): message is T {
  return typeof message === 'object' && message !== null && Reflect.get(message, 'kind') === kind;
}
