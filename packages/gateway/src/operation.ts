/** What can be asked of a model. */
export type Operation = 'chat' | 'completions' | 'embeddings';

/** How an operation of the OpenAI protocol is asked for and answered. */
interface OperationFacts {
  /** After an upstream's base URL. */
  readonly path: string;
  /** What people call it. */
  readonly noun: string;
  /** The member of a request that the model reads. */
  readonly input: 'messages' | 'prompt' | 'input';
  /** The list without which an answer is none. */
  readonly results: 'choices' | 'data';
  /** `gen_ai.operation.name` of the semantic conventions. */
  readonly span: string;
}

/** All operations of the OpenAI protocol that are passed on to upstreams. */
export const OPERATIONS: Readonly<Record<Operation, OperationFacts>> = {
  chat: {
    path: '/chat/completions',
    noun: 'chat completions',
    input: 'messages',
    results: 'choices',
    span: 'chat',
  },
  completions: {
    path: '/completions',
    noun: 'completions',
    input: 'prompt',
    results: 'choices',
    span: 'text_completion',
  },
  embeddings: {
    path: '/embeddings',
    noun: 'embeddings',
    input: 'input',
    results: 'data',
    span: 'embeddings',
  },
};

/** Whether a text names an operation. */
export function isOperation(text: string): text is Operation {
  return Object.hasOwn(OPERATIONS, text);
}
