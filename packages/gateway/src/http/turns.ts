import { nextTurn } from '@embedllm/internals';

/** Work of one request that takes long enough for others to notice. */
type Task<T> = () => T;

/**
 * Lets long work of several requests take turns, with the event loop running in between: what comes
 * meanwhile waits for one piece of it instead of for all.
 */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Does synchronous work when what came before is done and everyone else had a turn. */
  async take<T>(task: Task<T>): Promise<T> {
    const turn = this.#last.then(() => nextTurn()).then(task);
    this.#last = turn.catch(() => undefined);
    return await turn;
  }
}
