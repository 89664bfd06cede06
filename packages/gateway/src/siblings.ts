import type { AnswerOutcome, PostedOutcome } from './outcomes/outcome.js';
import type { PageState } from './ui/page-state.js';

/** The other processes that serve the same gateway on the same port. */
export interface Siblings {
  /** What `/metrics` shows of all, given what it would show of this one. */
  metrics(own: string): Promise<string>;
  /** What `/ui` shows of all, given what it would show of this one. */
  page(own: PageState): Promise<PageState>;
  /** Passes an outcome on to the others; gives it back with its answer where one of them knows that. */
  judge(outcome: PostedOutcome): Promise<AnswerOutcome | undefined>;
}
