import type { Feedback } from './observe/decision-log.js';
import type { PageState } from './ui/page-state.js';

/** The other processes that serve the same gateway on the same port. */
export interface Siblings {
  /** What `/metrics` shows of all, given what it would show of this one. */
  metrics(own: string): Promise<string>;
  /** What `/ui` shows of all, given what it would show of this one. */
  page(own: PageState): Promise<PageState>;
  /** Passes feedback on to the others; says whether one of them knows the answer. */
  judge(feedback: Feedback): Promise<boolean>;
}
