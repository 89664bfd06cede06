/** Responses as numbers, in columns that grow. */
export class ResponseRows {
  #questions = new Int32Array(4096);
  #models = new Int32Array(4096);
  #scores = new Float64Array(4096);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(question: number, model: number, score: number): void {
    const at = this.#length++;
    if (at === this.#questions.length) this.#grow();
    this.#questions[at] = question;
    this.#models[at] = model;
    this.#scores[at] = score;
  }

  /** All that were added since the last call, [rows] each. */
  take(): {
    readonly questions: Int32Array<ArrayBuffer>;
    readonly models: Int32Array<ArrayBuffer>;
    readonly scores: Float64Array<ArrayBuffer>;
  } {
    const length = this.#length;
    this.#length = 0;
    return {
      questions: this.#questions.slice(0, length),
      models: this.#models.slice(0, length),
      scores: this.#scores.slice(0, length),
    };
  }

  #grow(): void {
    const capacity = 2 * this.#questions.length;
    const questions = new Int32Array(capacity);
    const models = new Int32Array(capacity);
    const scores = new Float64Array(capacity);
    questions.set(this.#questions);
    models.set(this.#models);
    scores.set(this.#scores);
    this.#questions = questions;
    this.#models = models;
    this.#scores = scores;
  }
}
