/** What the decision log records, for training and evaluation. */
export interface DecisionSettings {
  /** JSONL file that entries are appended to. */
  readonly file: string;
  /**
   * What is recorded of questions: their `text`; a `hash`, by which repeated questions are
   * recognised and short ones could be guessed; or nothing (`off`).
   *
   * @default text
   */
  readonly questions: 'text' | 'hash' | 'off';
  /**
   * Whether answer texts are recorded: those of a second model in `shadow`
   * (`routing.shadow.ask`), or none (`off`).
   *
   * @default off
   */
  readonly answers: 'shadow' | 'off';
}
