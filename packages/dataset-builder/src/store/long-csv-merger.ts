import { ByteVocabulary } from '../csv/byte-vocabulary.js';
import { countOfTexts, type PackedTexts, startOfText, textAt } from '../csv/packed-texts.js';
import type { LongCsvPart, NewQuestions } from './long-csv-part.js';
import { ProblemFound } from './long-csv-reader.js';
import { DIGEST_BYTES } from './question-texts.js';
import type { ResponseAppender } from './response-appender.js';
import type { SourceQuestion } from './staging.js';

/** The merger's codes for those of one reader, by the reader's code. */
export class ReaderCodes {
  readonly questions: number[] = [];
  readonly models: number[] = [];
  readonly categories: number[] = [];
}

/**
 * Brings the parts of a file together that readers found, each with codes of its own: numbers
 * questions and models by first appearance, checks that readers agree, and hands on each question
 * once and all responses.
 */
export class LongCsvMerger {
  /** Records that say that a model was not asked. */
  notAsked = 0;
  readonly #responses: ResponseAppender;
  readonly #onQuestion: (code: number, question: SourceQuestion) => void;
  readonly #questions = new ByteVocabulary();
  readonly #models = new ByteVocabulary();
  readonly #keys = new ByteVocabulary();
  readonly #categories = new ByteVocabulary();
  readonly #categoryOf: number[] = [];
  #digests: Buffer = Buffer.alloc(256 * DIGEST_BYTES);
  readonly #modelOf: number[] = [];
  readonly #keyOf: number[] = [];

  /** @param onQuestion - called with each question when it first appears. */
  constructor(
    responses: ResponseAppender,
    onQuestion: (code: number, question: SourceQuestion) => void,
  ) {
    this.#responses = responses;
    this.#onQuestion = onQuestion;
  }

  /** How many questions there are. */
  get questions(): number {
    return this.#questions.size;
  }

  /** The names of the models in the order of their codes. */
  models(): string[] {
    return Array.from({ length: this.#models.size }, (_, code) => this.#models.text(code));
  }

  /** @throws ProblemFound when the part contradicts those before. */
  add(part: LongCsvPart, codes: ReaderCodes): void {
    addCodes(this.#models, part.newModels, codes.models);
    addCodes(this.#categories, part.newCategories, codes.categories);
    this.#addQuestions(part.newQuestions, codes);
    this.#addKeys(part.newKeys, codes);
    const { questions, models, scores } = part;
    this.notAsked += part.notAsked;
    const responses = this.#responses;
    for (let row = 0; row < scores.length; row++) {
      responses.add(codes.questions[questions[row]!]!, codes.models[models[row]!]!, scores[row]!);
    }
  }

  #addQuestions(found: NewQuestions, codes: ReaderCodes): void {
    const { ids, prompts, digests } = found;
    const first = codes.questions.length;
    addCodes(this.#questions, ids, codes.questions);
    for (let index = 0; index < countOfTexts(ids); index++) {
      const question = codes.questions[first + index]!;
      const reader = found.categories[index]!;
      const category = reader < 0 ? -1 : codes.categories[reader]!;
      const digest = digests.subarray(DIGEST_BYTES * index, DIGEST_BYTES * (index + 1));
      const at = DIGEST_BYTES * question;
      if (question === this.#categoryOf.length) {
        this.#categoryOf.push(category);
        if (at + DIGEST_BYTES > this.#digests.length) {
          this.#digests = Buffer.concat([this.#digests], 2 * this.#digests.length);
        }
        this.#digests.set(digest, at);
        this.#onQuestion(question, {
          id: textAt(ids, index),
          category: category < 0 ? undefined : this.#categories.text(category),
          prompt: countOfTexts(prompts) === 0 ? undefined : textAt(prompts, index),
        });
      } else if (this.#categoryOf[question] !== category) {
        throw new ProblemFound({ kind: 'category', question: textAt(ids, index) });
      } else if (this.#digests.compare(digest, 0, digest.length, at, at + digest.length) !== 0) {
        throw new ProblemFound({ kind: 'prompt', question: textAt(ids, index) });
      }
    }
  }

  /** Keys and models are one to one, over all parts. */
  #addKeys({ keys, models }: LongCsvPart['newKeys'], codes: ReaderCodes): void {
    const found: number[] = [];
    addCodes(this.#keys, keys, found);
    for (let index = 0; index < found.length; index++) {
      const key = found[index]!;
      const model = codes.models[models[index]!]!;
      const modelOfKey = this.#modelOf[key];
      const keyOfModel = this.#keyOf[model];
      if (modelOfKey !== undefined && modelOfKey !== model) {
        throw new ProblemFound({ kind: 'model-names', modelKey: textAt(keys, index) });
      }
      if (keyOfModel !== undefined && keyOfModel !== key) {
        throw new ProblemFound({ kind: 'model-keys', model: this.#models.text(model) });
      }
      this.#modelOf[key] = model;
      this.#keyOf[model] = key;
    }
  }
}

/** Notes the code of each text. */
function addCodes(vocabulary: ByteVocabulary, texts: PackedTexts, codes: number[]): void {
  for (let index = 0; index < countOfTexts(texts); index++) {
    const start = startOfText(texts, index);
    codes.push(vocabulary.code(texts.bytes, start, texts.ends[index]!));
  }
}
