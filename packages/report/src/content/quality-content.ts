/** What the evaluation records contain, and what would distort figures. */
export interface QualityContent {
  readonly report: RecordQuality;
  /** Records that repeated a label and were dropped by the import, where that is known. */
  readonly duplicateRecords?: number | undefined;
}

/**
 * What a report shows of the records: fields of the result of `inspectQuality` of
 * `@embedllm/dataset-builder`, which can be passed as it is.
 */
export interface RecordQuality {
  readonly questionCount: number;
  readonly modelCount: number;
  readonly labelCount: number;
  /** Share of questions times models that has a label, 0 to 1. */
  readonly coverage: number;
  /** Share of labels that are correct; `undefined` without labels. */
  readonly accuracy: number | undefined;
  /** Most important first. */
  readonly findings: readonly {
    /** `warning`: figures may be wrong if it stays; `note`: worth knowing. */
    readonly severity: 'warning' | 'note';
    readonly message: string;
  }[];
  readonly categories: readonly ({
    readonly category: string;
    readonly questionCount: number;
  } & LabelQuality)[];
  readonly models: readonly ({ readonly name: string } & LabelQuality)[];
  /** Questions that every model that was asked answered correctly. */
  readonly allCorrect: QuestionList;
  /** Questions that none of the models that were asked answered correctly. */
  readonly noneCorrect: QuestionList;
  /** Pairs of similar questions, by text and, if given, by embeddings. */
  readonly nearDuplicates: readonly {
    /** Jaccard index of shingles, or cosine of embeddings. */
    readonly measure: 'jaccard' | 'cosine';
    readonly threshold: number;
    readonly pairs: {
      readonly total: number;
      /** The first of them, the most similar first. */
      readonly listed: readonly {
        readonly first: ListedQuestion;
        readonly second: ListedQuestion;
        /** 0 to 1. */
        readonly similarity: number;
      }[];
    };
  }[];
  /** Questions of a part of the split with a near-duplicate in an earlier part; `undefined` without split. */
  readonly leakage:
    | {
        readonly counts: readonly {
          readonly from: 'train' | 'validation';
          readonly to: 'validation' | 'test';
          /** Questions of `to` whose text is also in `from`. */
          readonly same: number;
          /** Other questions of `to` that have a near-duplicate in `from`. */
          readonly near: number;
          /** Share of the questions of `to` that are one or the other, 0 to 1. */
          readonly share: number;
        }[];
        readonly questions: { readonly total: number };
      }
    | undefined;
}

/** The labels of a benchmark or of a model. */
export interface LabelQuality {
  readonly labelCount: number;
  /** Share of its questions and models that has a label, 0 to 1. */
  readonly coverage: number;
  /** Share of its labels that are correct; `undefined` without labels. */
  readonly accuracy: number | undefined;
}

/** The first of some questions, and how many there are. */
export interface QuestionList {
  readonly total: number;
  readonly listed: readonly ListedQuestion[];
}

/** A question as lists show it. */
export interface ListedQuestion {
  readonly id: string;
  readonly category: string;
  /** The start of its text. */
  readonly excerpt: string;
  /** How many models have a label on it. */
  readonly labelCount: number;
}
