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
   * How certain trained embeddings are when feedback begins: their covariance is the pool's divided by
   * (1 + firmness), from 0. An estimate, because an artifact stores no covariance.
   *
   * @default 100
   */
  readonly firmness?: number | undefined;
  /**
   * What the pool's covariance is multiplied by for models that join, above 0: more than 1 for models
   * that may differ from the pool, such as stronger ones.
   *
   * @default 1
   */
  readonly priorWidth?: number | undefined;
  /**
   * What is added, for models that join, to the pool's variance of a model's ability: of the part of its
   * logits that is the same for all questions, in squared logits, from 0. The abilities of a pool say
   * little about a newer model's. Has no effect on models whose latent features have no constant
   * (those of `trainDirect` have one).
   *
   * @default 0
   */
  readonly abilityVariance?: number | undefined;
  /**
   * Mean number of a model's answers until a false report of drift, as long as its predictions hold
   * (averaged over the uncertainty of its embedding); from 1.
   *
   * @default 10_000
   */
  readonly runLength?: number | undefined;
}
