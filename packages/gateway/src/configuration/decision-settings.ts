/** What is kept of decisions, for training and evaluation. */
export interface DecisionSettings {
  /** Lines of JSON are added to this file. */
  readonly file: string;
  /**
   * What is kept of questions: their `text`; a `hash`, by which questions that come again are
   * recognised, and short ones can be guessed; or nothing (`off`).
   *
   * @default text
   */
  readonly questions: 'text' | 'hash' | 'off';
  /**
   * Whether the texts of answers are kept: of those that a second model gives in `shadow`
   * (`routing.shadow.ask`), or none (`off`).
   *
   * @default off
   */
  readonly answers: 'shadow' | 'off';
}
