/** What a question is about: stands before it. */
export const PASSAGE_FIELDS: readonly string[] = [
  'instruction',
  'passage',
  'flores_passage',
  'support',
  'context',
  'contexts',
  'body',
  'premise',
  'narrative',
  'story',
  'article',
  'paragraph',
  'document',
  'document_str',
  'abstract',
  'background',
];

/** The question itself: the first that a document has. */
export const QUESTION_FIELDS: readonly string[] = [
  'question',
  'query',
  'problem',
  'problems',
  'prompt',
  'input',
  'goal',
  'question_stem',
  'question_str',
  'ex_question',
  'qtext',
  'hypothesis',
  'ctx',
  'text',
  'sentence',
  'statement',
  'claim',
  'startphrase',
  'utterance',
];

/** Texts that are a question together. */
export const JOINT_FIELDS: RegExp =
  /^(?:input_sentence_?\d|sent(?:ence)?_?\d|question_?\d|obs_?\d|turn_?\d)$/;

const TEXTS = new Set([...PASSAGE_FIELDS, ...QUESTION_FIELDS]);

const ANSWERS = new Set(
  'answer,answers,answerkey,answer_key,answer_choice,answer_index,answer_idx,correct_answer_num,correct_option,correct,target,targets,label,labels,gold,gold_index,solution,solutions,canonical_solution,explanation,rationale,reasoning,cot_content,code,completion,output,response,aliases,normalized_aliases,best_answer,correct_answers,incorrect_answers,long_answer,final_decision,test,id,category,subject,source,src'.split(
    ',',
  ),
);

/** Whether a field usually holds the question or what it is about. */
export function isTextField(field: string): boolean {
  const name = field.toLowerCase();
  return TEXTS.has(name) || JOINT_FIELDS.test(name);
}

/** Whether a field usually holds the answer, how it is found, or what kind of question it is. */
export function isAnswerField(field: string): boolean {
  return ANSWERS.has(field.toLowerCase());
}
