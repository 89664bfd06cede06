/** How requests of one session are routed. */
export interface SessionSettings {
  /**
   * Whether a session stays with the model that answered it last, while that is among the candidates of the
   * policy: another one would have to read the whole conversation again, without a cache.
   *
   * @default false
   */
  readonly sticky: boolean;
  /** How long a session is remembered after its last request, in milliseconds. @default 3600000 */
  readonly idleMs: number;
  /** How many sessions and answers are remembered, each for about 200 bytes of memory. @default 100000 */
  readonly most: number;
}
