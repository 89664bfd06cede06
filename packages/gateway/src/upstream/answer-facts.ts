/** What an answer, or the events of a stream, say of it besides its text. */
export interface AnswerFacts {
  /** The upstream's own id of it. */
  id?: string | undefined;
  /** The model that answered, by the upstream's account. */
  model?: string | undefined;
  /** Why each choice ended, such as `stop` or `length`, in the order in which they came. */
  readonly finishReasons: string[];
}

const MAX_CHARACTERS = 256;
const MAX_REASONS = 16;

/** Adds what is a short text; of id and model, the first counts. */
export function noteShort(
  facts: AnswerFacts,
  said: {
    readonly id?: unknown;
    readonly model?: unknown;
    readonly finishReason?: unknown;
  },
): void {
  facts.id ??= shortText(said.id);
  facts.model ??= shortText(said.model);
  const reason = shortText(said.finishReason);
  if (reason !== undefined && facts.finishReasons.length < MAX_REASONS) {
    facts.finishReasons.push(reason);
  }
}

function shortText(value: unknown): string | undefined {
  const isUsable = typeof value === 'string' && value !== '' && value.length <= MAX_CHARACTERS;
  return isUsable ? value : undefined;
}
