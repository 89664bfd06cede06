/** Below this many characters a question is taken for a follow-up such as "and why?". */
const FOLLOW_UP_CHARACTERS = 40;

/** Whether a text says too little to be a question of its own. */
export function isFollowUp(text: string): boolean {
  return text.length < FOLLOW_UP_CHARACTERS;
}
