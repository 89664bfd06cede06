/** Names of the parts of a split. */
export const SPLIT_PARTS = ['train', 'val', 'test'] as const;
/** One of them. */
export type SplitPart = (typeof SPLIT_PARTS)[number];
