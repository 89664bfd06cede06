/** A list that is cut to the first few, and how many there are. */
export interface Listed<T> {
  readonly total: number;
  /** The first, at most the option `listed`. */
  readonly listed: readonly T[];
}

/** A question in a report. */
export interface QuestionReference {
  readonly id: string;
  readonly category: string;
  /** The start of its text after the template of its category, about 120 characters at most. */
  readonly excerpt: string;
  /** How many models have a label on it. */
  readonly labelCount: number;
}

/** One category's labels. */
export interface CategoryQuality {
  readonly category: string;
  readonly questionCount: number;
  readonly labelCount: number;
  /** Share of questions times models that has a label, 0 to 1. */
  readonly coverage: number;
  /** Share of labels that are correct; `undefined` without labels. */
  readonly accuracy: number | undefined;
}

/** One model's labels. */
export interface ModelQuality {
  readonly name: string;
  readonly labelCount: number;
  /** Share of questions that have its label, 0 to 1. */
  readonly coverage: number;
  /** Share of its labels that are correct; `undefined` without labels. */
  readonly accuracy: number | undefined;
}

/** A model with few labels in a category. */
export interface CoverageGap {
  readonly model: string;
  readonly category: string;
  readonly labelCount: number;
  readonly questionCount: number;
}

/** Questions whose texts are the same after `normalizeText`. */
export interface DuplicateGroup {
  /** Ids, at least two. */
  readonly questions: readonly string[];
  readonly categories: readonly string[];
  readonly excerpt: string;
}

/** A model that answered a text once correctly and once not. */
export interface LabelConflict {
  readonly model: string;
  /** Id of the question that it answered correctly. */
  readonly correct: string;
  /** Id of the question of the same text that it did not. */
  readonly incorrect: string;
}

/** Duplicate questions, and how far their labels agree. */
export interface DuplicateQuality {
  readonly groups: Listed<DuplicateGroup>;
  /** Questions in these groups. */
  readonly questionCount: number;
  /** Models times groups in which a model has at least two labels. */
  readonly comparisons: number;
  /** Those of them whose labels are not all the same: how often answers change by chance. */
  readonly conflicts: Listed<LabelConflict>;
}

/** Two questions that are alike, but not the same. */
export interface SimilarQuestions {
  readonly first: QuestionReference;
  readonly second: QuestionReference;
  /** Jaccard index or cosine, 0 to 1. */
  readonly similarity: number;
}

/** What a search for near-duplicates found. */
export interface NearDuplicateQuality {
  /** Jaccard index of shingles, or cosine of embeddings. */
  readonly measure: 'jaccard' | 'cosine';
  readonly threshold: number;
  /** Pairs of different texts, the most similar first. */
  readonly pairs: Listed<SimilarQuestions>;
  /** Groups of at least two questions, the same texts included. */
  readonly groupCount: number;
  /** Questions in these groups. */
  readonly questionCount: number;
  /** Probability that a pair at the threshold is missed. */
  readonly missProbability: number;
  /** Candidates that were not compared, where very many questions are alike. */
  readonly skipped: number;
}

/** Two parts of a split. */
export interface LeakageCount {
  readonly from: 'train' | 'validation';
  readonly to: 'validation' | 'test';
  /** Questions of `to` whose text is also in `from`. */
  readonly same: number;
  /** Other questions of `to` that have a near-duplicate in `from`. */
  readonly near: number;
  /** Share of the questions of `to` that are one or the other, 0 to 1. */
  readonly share: number;
}

/** A question that has its like in an earlier part of the split. */
export interface LeakedQuestion {
  readonly from: 'train' | 'validation';
  readonly to: 'validation' | 'test';
  /** The question in `to`. */
  readonly question: QuestionReference;
  /** The most similar one in `from`. */
  readonly other: QuestionReference;
  /** 1 where the texts are the same. */
  readonly similarity: number;
}

/** What a split's parts have in common. */
export interface LeakageQuality {
  readonly counts: readonly LeakageCount[];
  /** The most similar first. */
  readonly questions: Listed<LeakedQuestion>;
}

/** Something to look at, in words. */
export interface QualityFinding {
  /** `warning`: figures may be wrong if it stays; `note`: worth knowing. */
  readonly severity: 'warning' | 'note';
  /** Stable, for programs. */
  readonly code:
    | 'no-labels'
    | 'empty-prompts'
    | 'few-labels-model'
    | 'few-labels-question'
    | 'coverage-gap'
    | 'unanimous'
    | 'one-sided-category'
    | 'duplicates'
    | 'conflicts'
    | 'near-duplicates'
    | 'leakage'
    | 'skipped';
  readonly message: string;
}

/** What `inspectQuality` found: plain data. */
export interface QualityReport {
  readonly questionCount: number;
  readonly modelCount: number;
  readonly labelCount: number;
  /** Share of questions times models that has a label, 0 to 1. */
  readonly coverage: number;
  /** Share of labels that are correct; `undefined` without labels. */
  readonly accuracy: number | undefined;
  /** Most important first. */
  readonly findings: readonly QualityFinding[];
  /** In order of first appearance. */
  readonly categories: readonly CategoryQuality[];
  /** In the order of the dataset. */
  readonly models: readonly ModelQuality[];
  /** Models with fewer labels than `minimumModelLabels`. */
  readonly modelsWithFewLabels: Listed<ModelQuality>;
  /** Questions with fewer labels than `minimumQuestionLabels`. */
  readonly questionsWithFewLabels: Listed<QuestionReference>;
  /** Models and categories with a coverage below `minimumCategoryCoverage`. */
  readonly gaps: Listed<CoverageGap>;
  /** Questions that every model that was asked answered correctly. */
  readonly allCorrect: Listed<QuestionReference>;
  /** Questions that none of the models that were asked answered correctly. */
  readonly noneCorrect: Listed<QuestionReference>;
  readonly emptyPrompts: Listed<QuestionReference>;
  readonly duplicates: DuplicateQuality;
  /** By text and, where embeddings were given, by them. */
  readonly nearDuplicates: readonly NearDuplicateQuality[];
  /** `undefined` without split. */
  readonly leakage: LeakageQuality | undefined;
}
