/** How requests of one session are routed. */
export interface SessionSettings {
  /**
   * Whether a session stays with the model that answered it last, while that is among the candidates of the
   * policy: another one would have to read the whole conversation again, without a cache.
   *
   * @default false
   */
  readonly sticky: boolean;
  /**
   * The most tokens of the question by which `auto` chooses within a conversation, at four characters each:
   * of what tools are used for, the opening request, the model's last plan, what the user said last and what
   * the tools said since; a follow-up of under 40 characters goes with the answer that it is about. With 0,
   * the last message of the user decides, or the router's own `toQuestion`.
   *
   * @default 2000
   */
  readonly questionTokens: number;
  /** How long a session is remembered after its last request, in milliseconds. @default 3600000 */
  readonly idleMs: number;
  /** How many sessions and answers are remembered, each for about 200 bytes of memory. @default 100000 */
  readonly most: number;
}
