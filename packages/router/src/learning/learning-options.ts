/** How a router learns from answers. */
export interface LearningOptions {
  /**
   * Share of the pool's variance that a model's embedding regains before each answer of feedback,
   * from 0 (all answers count alike) to 1 (the last one alone counts).
   *
   * @default 0.0001
   */
  readonly forgetting?: number | undefined;
  /**
   * How firm trained embeddings are when feedback begins: their covariance is taken for the pool's
   * divided by 1 + this, from 0. An estimate, since an artifact keeps no covariance.
   *
   * @default 100
   */
  readonly firmness?: number | undefined;
  /**
   * What the pool's covariance is multiplied by for models that join, above 0: more than 1 for
   * models that may be beyond the pool, such as stronger ones.
   *
   * @default 1
   */
  readonly priorWidth?: number | undefined;
  /**
   * What is added, for models that join, to the pool's variance of a model's ability: of the part of its
   * logits that is the same for all questions, in squared logits, from 0. The abilities of a pool say
   * little about a newer model's. Of models whose latent features have no constant (`trainDirect`'s
   * have), it changes nothing.
   *
   * @default 0
   */
  readonly abilityVariance?: number | undefined;
  /**
   * Answers of a model that pass on average until drift is reported falsely, as long as its
   * predictions hold (averaged over what is not known of its embedding); from 1.
   *
   * @default 10_000
   */
  readonly runLength?: number | undefined;
}
