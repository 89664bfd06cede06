/** A question that a model answered, and how well. */
export interface Answer<Question = string> {
  /** Its identifier, where the type does not say otherwise. */
  readonly question: Question;
  /** 0 to 1: how good the answer was; 1 for a correct one. */
  readonly outcome: number;
}
