import { Cancellation } from '../cancellation.js';
import type { Exchange } from '../exchange.js';
import type { AskedModel, CascadeRecord, RequestSpending } from '../observe/request-log.js';

/** A call that a cascade makes. */
interface Call {
  readonly model: string;
  readonly part: Exchange;
  outcome?: AskedModel['outcome'];
}

/** The calls of a cascade: what they come to is noted of its request. */
export class CascadeCalls {
  /** How the answer comes about, as far as that is settled. */
  outcome: CascadeRecord['outcome'] = 'direct';
  readonly #exchange: Exchange;
  readonly #calls: Call[] = [];
  readonly #ends: Promise<void>[] = [];

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  /** Calls of upstreams, repeated ones included. */
  get attempts(): number {
    return this.#calls.reduce((sum, { part }) => sum + part.attempts, 0);
  }

  get hasFailed(): boolean {
    return this.#calls.some(({ outcome }) => outcome === 'failed');
  }

  /**
   * Asks a model.
   *
   * @param stop - Aborted when its answer no longer matters.
   * @param onStreamed - Called when its stream is over.
   */
  async ask<Answer>(
    model: string,
    stop: AbortSignal,
    ask: (part: Exchange) => Promise<Answer>,
    onStreamed: (status: number) => void = () => undefined,
  ): Promise<Answer> {
    const cancellation = new Cancellation();
    const cancel = (): void => cancellation.abort(stop.reason);
    if (stop.aborted) cancel();
    else stop.addEventListener('abort', cancel, { once: true });
    const part = this.#exchange.part(cancellation, onStreamed);
    const call: Call = { model, part };
    this.#calls.push(call);
    const answer = ask(part);
    const end = answer.then(
      () => {
        call.outcome = 'answered';
      },
      () => {
        call.outcome = stop.aborted ? 'stopped' : 'failed';
      },
    );
    this.#ends.push(end);
    return await answer;
  }

  /** Waits for what was stopped, which costs something all the same. */
  async end(): Promise<void> {
    await Promise.all(this.#ends);
  }

  /**
   * Notes all calls of the request.
   *
   * @param answered - The model that answered, once that is known.
   */
  note(answered?: string): void {
    const { notes } = this.#exchange;
    notes.cascade = { outcome: this.outcome, calls: this.#calls.map(recordOf) };
    notes.failures.splice(0, notes.failures.length, ...this.#calls.flatMap(failuresOf));
    notes.spending = undefined;
    for (const { model, part } of this.#calls) {
      const { spending, finishReasons, isBrokenOff } = part.notes;
      if (spending) this.#exchange.noteSpending(spendingOf(spending, model === answered));
      if (model !== answered) continue;
      notes.finishReasons = finishReasons;
      notes.isBrokenOff = isBrokenOff;
    }
  }
}

function failuresOf({ part }: Call): Exchange['notes']['failures'] {
  return part.notes.failures;
}

function recordOf({ model, part, outcome = 'failed' }: Call): AskedModel {
  const { baselineUsd: _, ...spending } = part.notes.spending ?? {};
  const ended = part.notes.isBrokenOff ? 'failed' : outcome;
  return { model, outcome: ended, attempts: part.attempts, ...spending };
}

/** The baseline would have answered once. */
function spendingOf(
  { baselineUsd, ...spending }: RequestSpending,
  isAnswer: boolean,
): RequestSpending {
  return isAnswer && baselineUsd !== undefined ? { ...spending, baselineUsd } : spending;
}
