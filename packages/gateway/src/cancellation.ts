type Listener = () => void;

/** What is used of an `AbortSignal`, which is one too. */
export interface Cancellable {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
  addEventListener(type: 'abort', listener: Listener, options?: { once: boolean }): void;
  removeEventListener(type: 'abort', listener: Listener): void;
}

/**
 * Says that work is to stop. It is made for every request and every call, and takes a fraction of what an
 * `AbortController` does; the `AbortSignal` is made where somebody needs one.
 */
export class Cancellation implements Cancellable {
  #listeners: Listener[] = [];
  #controller: AbortController | undefined;
  #isAborted = false;
  #reason: unknown;

  get aborted(): boolean {
    return this.#isAborted;
  }

  get reason(): unknown {
    return this.#reason;
  }

  /** The same as an `AbortSignal`. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#isAborted) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** Calls all listeners; once is all. */
  abort(reason: unknown = new DOMException('This operation was aborted.', 'AbortError')): void {
    if (this.#isAborted) return;
    this.#isAborted = true;
    this.#reason = reason;
    this.#controller?.abort(reason);
    const listeners = this.#listeners;
    this.#listeners = [];
    for (const listener of listeners) listener();
  }

  throwIfAborted(): void {
    if (this.#isAborted) throw this.#reason;
  }

  /** A listener is called once, and not at all when it comes too late. */
  addEventListener(_: 'abort', listener: Listener, __?: { once: boolean }): void {
    if (!this.#isAborted) this.#listeners.push(listener);
  }

  removeEventListener(_: 'abort', listener: Listener): void {
    const at = this.#listeners.indexOf(listener);
    if (at >= 0) this.#listeners.splice(at, 1);
  }
}
