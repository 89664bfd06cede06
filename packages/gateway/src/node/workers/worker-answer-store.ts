import type {
  AnswerClaim,
  AnswerRecord,
  AnswerStore,
  ClaimedAnswer,
} from '../../idempotency/answer-store.js';
import type { Handlers, ProcessChannel } from './process-channel.js';

interface Finished {
  readonly id: string;
  readonly record: AnswerRecord | undefined;
}

/** The answers of the first process, for a worker. */
export class WorkerAnswerStore implements AnswerStore {
  readonly #channel: ProcessChannel;

  constructor(channel: ProcessChannel) {
    this.#channel = channel;
  }

  async claim(claim: AnswerClaim): Promise<ClaimedAnswer> {
    return (await this.#channel.ask('claim-answer', claim)) as ClaimedAnswer;
  }

  async finish(id: string, record: AnswerRecord | undefined): Promise<void> {
    await this.#channel.ask('finish-answer', { id, record } satisfies Finished);
  }
}

/** What a worker may ask of a store of answers. What it claimed is anybody's when it ends. */
export function answersForWorker(store: AnswerStore): {
  readonly handlers: Handlers;
  releaseAll(): Promise<void>;
} {
  const open = new Set<string>();
  let isEnded = false;
  return {
    handlers: {
      'claim-answer': async (value) => {
        const claimed = await store.claim(value as AnswerClaim);
        if (claimed.state !== 'claimed') return claimed;
        if (isEnded) await store.finish(claimed.id, undefined);
        else open.add(claimed.id);
        return claimed;
      },
      'finish-answer': async (value) => {
        const { id, record } = value as Finished;
        open.delete(id);
        await store.finish(id, record);
      },
    },
    async releaseAll() {
      isEnded = true;
      await Promise.allSettled([...open].map((id) => store.finish(id, undefined)));
    },
  };
}
