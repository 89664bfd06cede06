/** What can be asked of a model; chats are asked for in any of the `protocols` of its upstream. */
export type Operation = 'chat' | 'completions' | 'embeddings';

/** All that can be asked of a model. */
export const OPERATIONS: readonly Operation[] = ['chat', 'completions', 'embeddings'];
