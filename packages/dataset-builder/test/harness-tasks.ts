import type { JsonObject } from '../src/index.js';

/** A task as lm-evaluation-harness renders it, and the text that its question must come out with. */
export interface RenderedTask {
  readonly task: string;
  /** Shown before everything, also before the solved examples. */
  readonly description?: string;
  readonly doc: JsonObject;
  /** What `doc_to_text` makes of the document; several where the context varies with the choice. */
  readonly text: string | readonly string[];
  /** Continuations whose likelihood is asked for; none where text is generated. */
  readonly choices?: readonly string[];
  /** What the model's turn starts with. */
  readonly prefix?: string;
  /** A solved example of the task. */
  readonly example: string;
  readonly expected: string;
}

const LETTERS = ['A', 'B', 'C', 'D'];
const PASSAGE = 'The Amazon is a river in South America. It carries more water than any other.';
const TESTS = ['assert add(1, 2) == 3', 'assert add(0, 0) == 0', 'assert add(-1, 1) == 0'];
const STORY = 'In the dark manor, Lady Ash was found dead. Only Bob had a key to the study.';

/** Documents with the fields, and prompts with the templates, of `lm_eval/tasks` (version 0.4.9). */
export const TASKS: readonly RenderedTask[] = [
  {
    task: 'copa',
    doc: {
      premise: 'The man lost his balance.',
      choice1: 'He fell.',
      choice2: 'He sang.',
      question: 'effect',
      idx: 3,
      label: 0,
    },
    text: 'The man lost his balance therefore',
    choices: ['he fell.', 'he sang.'],
    example: 'The cup broke because it fell.',
    expected: 'The man lost his balance therefore\nA. he fell.\nB. he sang.',
  },
  {
    task: 'asdiv',
    doc: {
      body: 'Seven red apples and two green apples are in the basket.',
      question: 'How many apples are in the basket?',
      'solution-type': 'Addition',
      answer: '9 (apples)',
      formula: '7+2=9',
    },
    text: 'Seven red apples and two green apples are in the basket.\nQuestion:How many apples are in the basket?\nAnswer:',
    choices: ['9'],
    example:
      'Ellen has six more balls than Marin. Marin has nine balls.\nQuestion:How many balls does Ellen have?\nAnswer: 15',
    expected:
      'Seven red apples and two green apples are in the basket.\nQuestion:How many apples are in the basket?',
  },
  {
    task: 'boolq',
    doc: { question: 'is the amazon in asia', passage: PASSAGE, idx: 1, label: 0 },
    text: `${PASSAGE}\nQuestion: is the amazon in asia?\nAnswer:`,
    choices: ['no', 'yes'],
    example:
      'Persian is spoken in Iran.\nQuestion: do iran and afghanistan speak the same language?\nAnswer: yes',
    expected: `${PASSAGE}\nQuestion: is the amazon in asia?`,
  },
  {
    task: 'squadv2',
    doc: {
      id: '5ad',
      title: 'Amazon',
      context: PASSAGE,
      question: 'Where is the Amazon?',
      answers: { text: ['South America'], answer_start: [25] },
    },
    text: `Title: Amazon\n\nBackground: ${PASSAGE}\n\nQuestion: Where is the Amazon?\n\nAnswer:`,
    example: `Title: Amazon\n\nBackground: ${PASSAGE}\n\nQuestion: What is the Amazon?\n\nAnswer: a river`,
    expected: `${PASSAGE}\n\nQuestion: Where is the Amazon?`,
  },
  {
    task: 'drop',
    doc: {
      section_id: 'nfl_1',
      query_id: 'q7',
      passage: PASSAGE,
      question: 'How many rivers carry more?',
      answers: [['0']],
    },
    text: `${PASSAGE} How many rivers carry more?`,
    example: 'The Bears won 3 to 2. Who lost? the Packers',
    expected: `${PASSAGE} How many rivers carry more?`,
  },
  {
    task: 'logiqa',
    doc: {
      label: 'b',
      context: 'All cats are grey. Tom is a cat.',
      question: 'Which of these follows?',
      options: ['Tom is red.', 'Tom is grey.', '4', 'Nothing.'],
    },
    text: 'Passage: All cats are grey. Tom is a cat.\nQuestion: Which of these follows?\nChoices:\nA. Tom is red.\nB. Tom is grey.\nC. 4\nD. Nothing.\nAnswer:',
    choices: ['Tom is red.', 'Tom is grey.', '4', 'Nothing.'],
    example:
      'Passage: No dog flies.\nQuestion: Which of these follows?\nChoices:\nA. a\nB. b\nC. c\nD. d\nAnswer: a',
    expected:
      'All cats are grey. Tom is a cat.\nQuestion: Which of these follows?\nChoices:\nA. Tom is red.\nB. Tom is grey.\nC. 4\nD. Nothing.',
  },
  {
    task: 'leaderboard_musr_murder_mysteries',
    doc: {
      narrative: STORY,
      question: 'Who is the most likely murderer?',
      choices: "['Bob', \"Ann O'Hara\"]",
      answer_index: 0,
      answer_choice: 'Bob',
    },
    text: `${STORY}\n\nWho is the most likely murderer?\n\n1 - Bob\n2 - Ann O'Hara\n\nAnswer:`,
    choices: ['Bob', "Ann O'Hara"],
    example:
      'A butler stood by.\n\nWho is the most likely murderer?\n\n1 - Cy\n2 - Di\n\nAnswer: Cy',
    expected: `${STORY}\n\nWho is the most likely murderer?\n\n1 - Bob\n2 - Ann O'Hara`,
  },
  {
    task: 'belebele_eng_Latn',
    doc: {
      link: 'https://example.org/a',
      question_number: 1,
      flores_passage: PASSAGE,
      question: 'What carries much water?',
      mc_answer1: 'a tap',
      mc_answer2: 'the Amazon',
      mc_answer3: '7',
      mc_answer4: 'a cup',
      correct_answer_num: '2',
      dialect: 'eng_Latn',
      ds: '2023-05-03',
    },
    text: `P: ${PASSAGE}\nQ: What carries much water?\nA: a tap\nB: the Amazon\nC: 7\nD: a cup\nAnswer:`,
    choices: LETTERS,
    example: 'P: Snow fell.\nQ: What fell?\nA: a tap\nB: rain\nC: snow\nD: a cup\nAnswer: C',
    expected: `${PASSAGE}\nQ: What carries much water?\nA: a tap\nB: the Amazon\nC: 7\nD: a cup`,
  },
  {
    task: 'social_iqa',
    doc: {
      context: 'Ann gave Bo a gift.',
      question: 'How would Bo feel?',
      answerA: 'angry',
      answerB: 'glad',
      answerC: 'tired',
      label: '2',
    },
    text: 'Q: Ann gave Bo a gift. How would Bo feel?\nA:',
    choices: ['angry', 'glad', 'tired'],
    example: 'Q: Cy ran home. What will Cy do next?\nA: rest',
    expected: 'Ann gave Bo a gift. How would Bo feel?\nA. angry\nB. glad\nC. tired',
  },
  {
    task: 'svamp',
    doc: {
      ID: 'chal-1',
      Body: 'Ann has 12 pens and buys 2.',
      Question: 'How many pens has Ann?',
      Equation: '( 12 + 2 )',
      Answer: '14',
      Type: 'Addition',
    },
    text: 'Question: Ann has 12 pens and buys 2. How many pens has Ann?\nAnswer:',
    example: 'Question: Bo has 3 pens. How many pens has Bo?\nAnswer: 3',
    expected: 'Ann has 12 pens and buys 2. How many pens has Ann?',
  },
  {
    task: 'qasper_bool',
    doc: {
      title: 'Rivers',
      abstract: PASSAGE,
      question: 'Do they measure rain?',
      answer: 'no',
      answer_type: 'bool',
    },
    text: `TITLE: Rivers\nABSTRACT: ${PASSAGE}\n\nQ: Do they measure rain?\n\nA:`,
    choices: ['no', 'yes'],
    example: 'TITLE: Lakes\nABSTRACT: Lakes are deep.\n\nQ: Do they dive?\n\nA: yes',
    expected: `${PASSAGE}\n\nQ: Do they measure rain?`,
  },
  {
    task: 'babi',
    doc: {
      passage: 'Mary went to the kitchen.\nJohn took the ball.\n',
      question: 'Where is Mary?',
      answer: 'kitchen',
      task: 1,
    },
    text: 'Passage: Mary went to the kitchen.\nJohn took the ball.\nQuestion: Where is Mary?\nAnswer:',
    example: 'Passage: Al left.\nQuestion: Who left?\nAnswer: Al',
    expected: 'Mary went to the kitchen.\nJohn took the ball.\nQuestion: Where is Mary?',
  },
  {
    task: 'sciq',
    doc: {
      question: 'What turns blue?',
      distractor1: 'sand',
      distractor2: 'wood',
      distractor3: 'tin',
      correct_answer: 'litmus',
      support: ' Litmus turns blue in a base, as every pupil sees.',
    },
    text: 'Litmus turns blue in a base, as every pupil sees.\nQuestion: What turns blue?\nAnswer:',
    choices: ['sand', 'wood', 'tin', 'litmus'],
    example: 'Ice floats.\nQuestion: What floats?\nAnswer: ice',
    expected:
      'Litmus turns blue in a base, as every pupil sees.\nQuestion: What turns blue?\nA. sand\nB. wood\nC. tin\nD. litmus',
  },
  {
    task: 'piqa',
    doc: {
      goal: 'Open a jar.',
      sol1: 'Turn the lid.',
      sol2: 'Turn the jar upside down.',
      label: 0,
    },
    text: 'Question: Open a jar.\nAnswer:',
    choices: ['Turn the lid.', 'Turn the jar upside down.'],
    example: 'Question: Cut bread.\nAnswer: Use a knife.',
    expected: 'Open a jar.\nA. Turn the lid.\nB. Turn the jar upside down.',
  },
  {
    task: 'gpqa_main_zeroshot',
    doc: {
      Question: 'Which state decays first?\n',
      'Correct Answer': 'the 2p state',
      'Incorrect Answer 1': 'the 1s state',
      'Incorrect Answer 2': '3',
      'Incorrect Answer 3': 'none',
      Explanation: 'The 2p state decays to 1s by a dipole transition.',
      Subdomain: 'Physics',
      choice1: '3',
      choice2: 'the 2p state',
      choice3: 'none',
      choice4: 'the 1s state',
      answer: '(B)',
    },
    text: 'What is the correct answer to this question:Which state decays first?\n\nChoices:\n(A) 3\n(B) the 2p state\n(C) none\n(D) the 1s state\nAnswer:',
    choices: ['(A)', '(B)', '(C)', '(D)'],
    example:
      'What is the correct answer to this question:Which?\nChoices:\n(A) 1\n(B) 2\n(C) none\n(D) 4\nAnswer: (C)',
    expected:
      'Which state decays first?\n\nChoices:\n(A) 3\n(B) the 2p state\n(C) none\n(D) the 1s state',
  },
  {
    task: 'truthfulqa_mc1',
    doc: {
      question: 'Is 13 an unlucky number?',
      mc1_targets: { choices: ['No, it is not', 'Yes'], labels: [1, 0] },
      mc2_targets: { choices: ['No', 'Nope', 'Yes'], labels: [1, 1, 0] },
    },
    text: 'Q: How does a telescope work?\nA: Telescopes use lenses.\n\nQ: Is 13 an unlucky number?\nA:',
    choices: ['No, it is not', 'Yes'],
    example: 'Q: Where were the Games held?\nA: In Barcelona.',
    expected: 'Is 13 an unlucky number?\nA. No, it is not\nB. Yes',
  },
  {
    task: 'mmlu_abstract_algebra',
    description:
      'The following are multiple choice questions (with answers) about abstract algebra.\n\n',
    doc: {
      question: 'Find the order of 2 in Z_4.',
      subject: 'abstract_algebra',
      choices: ['0', '2', '4', '6'],
      answer: 1,
    },
    text: 'Find the order of 2 in Z_4.\nA. 0\nB. 2\nC. 4\nD. 6\nAnswer:',
    choices: LETTERS,
    example: 'Find 1 + 1.\nA. 0\nB. 2\nC. 4\nD. 6\nAnswer: B',
    expected: 'Find the order of 2 in Z_4.\nA. 0\nB. 2\nC. 4\nD. 6',
  },
  {
    task: 'mmlu_continuation_anatomy',
    doc: {
      question: 'Where is the retina?',
      subject: 'anatomy',
      choices: ['Ear', 'Eye', 'Nose', 'Hand'],
      answer: 1,
    },
    text: 'Question: Where is the retina?\nAnswer:',
    choices: ['Ear', 'Eye', 'Nose', 'Hand'],
    example: 'Question: Where is the thumb?\nAnswer: Hand',
    expected: 'Where is the retina?\nA. Ear\nB. Eye\nC. Nose\nD. Hand',
  },
  {
    task: 'mmlu_pro_physics',
    description:
      'The following are multiple choice questions (with answers) about physics. Think step by step and then finish your answer with "the answer is (X)" where X is the correct letter choice.\n\n',
    doc: {
      question_id: 7,
      question: 'A stone falls for 2 s. How far?',
      options: ['5 m', '20 m', '40 m'],
      answer: 'B',
      answer_index: 1,
      cot_content: "A: Let's think step by step.",
      category: 'physics',
      src: 'ori_mmlu',
    },
    text: "Question:\nA stone falls for 2 s. How far?\nOptions:\nA. 5 m\nB. 20 m\nC. 40 m\nAnswer: Let's think step by step.",
    example:
      "Question:\nWhat is heavy?\nOptions:\nA. air\nB. 20 m\nC. lead\nAnswer: Let's think step by step. Lead is. The answer is (C).",
    expected: 'A stone falls for 2 s. How far?\nOptions:\nA. 5 m\nB. 20 m\nC. 40 m',
  },
  {
    task: 'hellaswag',
    doc: {
      ind: 24,
      activity_label: 'Roof shingle removal',
      ctx_a: 'A man is sitting on a roof.',
      ctx_b: 'he',
      ctx: 'A man is sitting on a roof. he',
      endings: ['is using wrap.', 'starts pulling up roofing.'],
      query: 'Roof shingle removal: A man is sitting on a roof. He',
      choices: ['is using wrap.', 'starts pulling up roofing.'],
      gold: 1,
      label: '1',
    },
    text: 'Roof shingle removal: A man is sitting on a roof. He',
    choices: ['is using wrap.', 'starts pulling up roofing.'],
    example: 'Cooking: A pot boils. Someone stirs it.',
    expected:
      'Roof shingle removal: A man is sitting on a roof. He\nA. is using wrap.\nB. starts pulling up roofing.',
  },
  {
    task: 'winogrande',
    doc: {
      sentence: 'Sarah was a much better surgeon than Maria so _ always got the easier cases.',
      option1: 'Sarah',
      option2: 'Maria',
      answer: '2',
    },
    text: [
      'Sarah was a much better surgeon than Maria so Sarah',
      'Sarah was a much better surgeon than Maria so Maria',
    ],
    choices: ['always got the easier cases.'],
    example: 'The trophy did not fit the case because the trophy was too big.',
    expected:
      'Sarah was a much better surgeon than Maria so _ always got the easier cases.\nA. Sarah\nB. Maria',
  },
  {
    task: 'arc_challenge',
    doc: {
      id: 'M_1',
      question: 'What melts at 0 °C?',
      choices: { text: ['Iron', 'Ice', 'Salt', 'Sand'], label: LETTERS },
      answerKey: 'B',
    },
    text: 'Question: What melts at 0 °C?\nAnswer:',
    choices: ['Iron', 'Ice', 'Salt', 'Sand'],
    example: 'Question: What rusts?\nAnswer: Iron',
    expected: 'What melts at 0 °C?\nA. Iron\nB. Ice\nC. Salt\nD. Sand',
  },
  {
    task: 'arc_challenge_chat',
    doc: {
      id: 'M_1',
      question: 'What melts at 0 °C?',
      choices: { text: ['Iron', 'Ice', 'Salt', 'Sand'], label: LETTERS },
      answerKey: 'B',
    },
    text: 'Given the following question and four candidate answers (A, B, C and D), choose the best answer.\nQuestion: What melts at 0 °C?\nA. Iron\nB. Ice\nC. Salt\nD. Sand\nYour response should end with "The best answer is [the_answer_letter]" where the [the_answer_letter] is one of A, B, C or D.',
    prefix: 'The best answer is',
    example:
      'Given the following question and four candidate answers (A, B, C and D), choose the best answer.\nQuestion: What rusts?\nA. Iron\nB. Tin\nC. Air\nD. Sand\nYour response should end with "The best answer is [the_answer_letter]" where the [the_answer_letter] is one of A, B, C or D. The best answer is A',
    expected: 'What melts at 0 °C?\nA. Iron\nB. Ice\nC. Salt\nD. Sand',
  },
  {
    task: 'gsm8k',
    doc: {
      question: 'Tom has 3 apples and buys 4 more. How many has he?',
      answer: 'He has 3 + 4 = 7.\n#### 7',
    },
    text: 'Question: Tom has 3 apples and buys 4 more. How many has he?\nAnswer:',
    example: 'Question: How much is 1 + 1?\nAnswer: 2\n#### 2',
    expected: 'Tom has 3 apples and buys 4 more. How many has he?',
  },
  {
    task: 'gsm8k_cot_llama',
    doc: {
      question: 'Tom has 3 apples and buys 4 more. How many has he?',
      answer: 'He has 3 + 4 = 7.\n#### 7',
    },
    text: 'Given the following problem, reason and give a final answer to the problem.\nProblem: Tom has 3 apples and buys 4 more. How many has he?\nYour response should end with "The final answer is [answer]" where [answer] is the response to the problem.',
    example:
      'Given the following problem, reason and give a final answer to the problem.\nProblem: How much is 1 + 1?\nYour response should end with "The final answer is [answer]" where [answer] is the response to the problem. The final answer is 2',
    expected: 'Tom has 3 apples and buys 4 more. How many has he?',
  },
  {
    task: 'ifeval',
    doc: {
      key: 1000,
      prompt: 'Write two sentences.\n\nDo not use commas.',
      instruction_id_list: ['punctuation:no_comma'],
      kwargs: [{}],
    },
    text: 'Write two sentences.\n\nDo not use commas.',
    example: 'Write a poem.\n\nRoses are red.',
    expected: 'Write two sentences.\n\nDo not use commas.',
  },
  {
    task: 'humaneval',
    doc: {
      task_id: 'HumanEval/0',
      prompt: 'def add(a, b):\n    """Adds.\n\n    >>> add(1, 2)\n    3\n    """\n',
      canonical_solution: '    return a + b\n',
      test: 'def check(candidate):\n    assert candidate(1, 2) == 3\n',
      entry_point: 'add',
    },
    text: 'def add(a, b):\n    """Adds.\n\n    >>> add(1, 2)\n    3\n    """\n',
    example: 'def one():\n    """One."""\n    return 1',
    expected: 'def add(a, b):\n    """Adds.\n\n    >>> add(1, 2)\n    3\n    """',
  },
  {
    task: 'mbpp',
    doc: {
      task_id: 11,
      text: 'Write a function to add two numbers.',
      code: 'def add(a, b):\n  return a + b',
      test_list: TESTS,
      test_setup_code: '',
      challenge_test_list: [],
    },
    text: `You are an expert Python programmer, and here is your task: Write a function to add two numbers. Your code should pass these tests:\n\n${TESTS.join('\n')}\n[BEGIN]\n`,
    example:
      'You are an expert Python programmer, and here is your task: Write one. Your code should pass these tests:\n\nassert one() == 1\n[BEGIN]\ndef one(): return 1\n[DONE]',
    expected: `Write a function to add two numbers. Your code should pass these tests:\n\n${TESTS.join('\n')}`,
  },
  {
    task: 'lambada_openai',
    doc: {
      text: 'She opened the door and saw that it was snowing. She took her coat and went out into the snow',
    },
    text: 'She opened the door and saw that it was snowing. She took her coat and went out into the',
    choices: ['snow'],
    example: 'He sat down on the chair',
    expected:
      'She opened the door and saw that it was snowing. She took her coat and went out into the',
  },
  {
    task: 'race',
    doc: {
      article: PASSAGE,
      problems:
        "[{'question': 'The river is in  _  .', 'answer': 'B', 'options': ['Asia', 'America', 'Peru', 'Bath']}, {'question': 'What is it?', 'answer': 'A', 'options': ['a river', 'a lake', 'a sea', 'a pond']}]",
    },
    text: `Article: ${PASSAGE}\n\nThe river is in  America\nWhat is it?`,
    choices: ['a river', 'a lake', 'a sea', 'a pond'],
    example: 'Article: Ice is cold.\n\nWhat is cold? ice',
    expected: `${PASSAGE}\n\nThe river is in  America\nWhat is it?\nA. a river\nB. a lake\nC. a sea\nD. a pond`,
  },
  {
    task: 'leaderboard_bbh_navigate',
    description:
      'Given a series of navigation instructions, determine whether one would end up back at the starting point.\n\n',
    doc: {
      input:
        'If you follow these instructions, do you return?\nTake 1 step.\nOptions:\n- Yes\n- No',
      target: 'No',
    },
    text: 'Q: If you follow these instructions, do you return?\nTake 1 step.\nOptions:\n- Yes\n- No\nA:',
    choices: ['Yes', 'No'],
    example:
      'Q: If you follow these instructions, do you return?\nTake 9 steps.\nOptions:\n- Yes\n- No\nA: No',
    expected:
      'If you follow these instructions, do you return?\nTake 1 step.\nOptions:\n- Yes\n- No',
  },
  {
    task: 'openbookqa',
    doc: {
      id: '7-980',
      question_stem: 'The sun is',
      choices: { text: ['a star', 'a lamp', 'a planet', 'cold'], label: LETTERS },
      answerKey: 'A',
    },
    text: 'The sun is',
    choices: ['a star', 'a lamp', 'a planet', 'cold'],
    example: 'Grass is green',
    expected: 'The sun is\nA. a star\nB. a lamp\nC. a planet\nD. cold',
  },
  {
    task: 'commonsense_qa',
    doc: {
      id: '1a',
      question: 'Where do you put a coat?',
      question_concept: 'coat',
      choices: { label: [...LETTERS, 'E'], text: ['closet', 'oven', 'lake', 'cup', 'sky'] },
      answerKey: 'A',
    },
    text: 'Question: Where do you put a coat?\nA. closet\nB. oven\nC. lake\nD. cup\nE. sky\nAnswer:',
    choices: [...LETTERS, 'E'],
    example: 'Question: What flies?\nA. bird\nB. oven\nC. lake\nD. cup\nE. sky\nAnswer: A',
    expected: 'Where do you put a coat?\nA. closet\nB. oven\nC. lake\nD. cup\nE. sky',
  },
  {
    task: 'wsc',
    doc: {
      text: 'Mark told Pete many lies about himself, which Pete included in his book. He should have been more truthful.',
      span1_index: 0,
      span2_index: 13,
      span1_text: 'Mark',
      span2_text: 'He',
      idx: 0,
      label: 1,
    },
    text: 'Passage: Mark told Pete many lies about himself, which Pete included in his book. *He* should have been more truthful.\nQuestion: In the passage above, does the pronoun "*He*" refer to "*Mark*"?\nAnswer:',
    choices: ['no', 'yes'],
    example:
      'Passage: Ann saw Bo. *She* ran.\nQuestion: In the passage above, does the pronoun "*She*" refer to "*Bo*"?\nAnswer: no',
    expected:
      'Mark told Pete many lies about himself, which Pete included in his book. *He* should have been more truthful.\nQuestion: In the passage above, does the pronoun "*He*" refer to "*Mark*"?',
  },
  {
    task: 'wic',
    doc: {
      word: 'place',
      sentence1: 'Do you want to come over to my place later?',
      sentence2: 'A political system with no place for the less prominent.',
      start1: 31,
      start2: 28,
      end1: 36,
      end2: 33,
      idx: 0,
      label: 0,
    },
    text: "Sentence 1: Do you want to come over to my place later?\nSentence 2: A political system with no place for the less prominent.\nQuestion: Is the word 'place' used in the same way in the two sentences above?\nAnswer:",
    choices: ['no', 'yes'],
    example:
      "Sentence 1: He ran.\nSentence 2: He ran a shop.\nQuestion: Is the word 'ran' used in the same way in the two sentences above?\nAnswer: no",
    expected:
      "Do you want to come over to my place later?\nSentence 2: A political system with no place for the less prominent.\nQuestion: Is the word 'place' used in the same way in the two sentences above?",
  },
  {
    task: 'multirc',
    doc: {
      paragraph: PASSAGE,
      question: 'Where is it?',
      answer: 'South America',
      idx: { paragraph: 0, question: 0, answer: 0 },
      label: 1,
    },
    text: `${PASSAGE}\nQuestion: Where is it?\nAnswer:`,
    choices: [
      'South America\nIs the answer correct? yes',
      'South America\nIs the answer correct? no',
    ],
    example: 'Ice is cold.\nQuestion: Is it?\nAnswer: It is\nIs the answer correct? yes',
    expected: `${PASSAGE}\nQuestion: Where is it?\nA. South America\nIs the answer correct? yes\nB. South America\nIs the answer correct? no`,
  },
  {
    task: 'mathqa',
    doc: {
      Problem: 'What is 40 less 2?',
      Rationale: 'Subtract 2 from 40, which leaves 38.',
      options: 'a ) 38 , b ) 27.675 , c ) 30 , d ) data inadequate , e ) none of these',
      correct: 'a',
      category: 'general',
    },
    text: 'Question: What is 40 less 2?\nAnswer:',
    choices: ['38', '27.675', '30', 'data inadequate', 'none of these'],
    example: 'Question: What is 1 less 1?\nAnswer: 0',
    expected: 'What is 40 less 2?\nA. 38\nB. 27.675\nC. 30\nD. data inadequate\nE. none of these',
  },
  {
    task: 'headqa_en',
    doc: {
      name: 'Cuaderno',
      qid: '1',
      qtext: 'Which cell lacks a nucleus?',
      ra: 2,
      answers: [
        { aid: 1, atext: 'A neuron.' },
        { aid: 2, atext: 'An erythrocyte.' },
      ],
    },
    text: 'Question: Which cell lacks a nucleus?\nAnswer:',
    choices: ['A neuron.', 'An erythrocyte.'],
    example: 'Question: What beats?\nAnswer: The heart.',
    expected: 'Which cell lacks a nucleus?\nA. A neuron.\nB. An erythrocyte.',
  },
  {
    task: 'medqa_4options',
    doc: {
      id: 'train-1',
      sent1: 'A man of 40 coughs. What is next?',
      sent2: '',
      ending0: 'X-ray',
      ending1: 'Rest',
      ending2: 'MRI',
      ending3: 'CT',
      label: 0,
    },
    text: 'Question: A man of 40 coughs. What is next?\nA. X-ray\nB. Rest\nC. MRI\nD. CT\nAnswer:',
    choices: LETTERS,
    example: 'Question: A child is hot.\nA. Ice\nB. Rest\nC. MRI\nD. CT\nAnswer: B',
    expected: 'A man of 40 coughs. What is next?\nA. X-ray\nB. Rest\nC. MRI\nD. CT',
  },
  {
    task: 'pubmedqa',
    doc: {
      QUESTION: 'Does tea help?',
      CONTEXTS: [
        'We gave tea to 40 people for some weeks.',
        'Half of them slept well in that time.',
      ],
      LABELS: ['METHODS', 'RESULTS'],
      LONG_ANSWER: 'Tea seems to help some of them.',
      final_decision: 'yes',
    },
    text: 'Abstract: We gave tea to 40 people for some weeks.\nHalf of them slept well in that time.\nQuestion: Does tea help?\nAnswer:',
    choices: ['yes', 'no', 'maybe'],
    example: 'Abstract: Ice is cold.\nQuestion: Is ice cold?\nAnswer: yes',
    expected:
      'We gave tea to 40 people for some weeks.\nHalf of them slept well in that time.\nQuestion: Does tea help?',
  },
  {
    task: 'agieval_aqua_rat',
    doc: {
      query: 'Q: How much is 3 + 4? Answer Choices: (A)7 (B)8\nA: Among A through B, the answer is',
      choices: ['(A)7', '(B)8'],
      gold: [0],
    },
    text: 'Q: How much is 3 + 4? Answer Choices: (A)7 (B)8\nA: Among A through B, the answer is',
    choices: ['(A)7', '(B)8'],
    example:
      'Q: How much is 1 + 1? Answer Choices: (A)2 (B)8\nA: Among A through B, the answer is (A)2',
    expected:
      'Q: How much is 3 + 4? Answer Choices: (A)7 (B)8\nA: Among A through B, the answer is',
  },
  {
    task: 'hendrycks_math_algebra',
    doc: {
      problem: 'Solve $x + 1 = 3$.',
      level: 'Level 1',
      type: 'Algebra',
      solution: 'Subtract: $x = \\boxed{2}$.',
      answer: '2',
    },
    text: 'Problem: Solve $x + 1 = 3$.\nAnswer:',
    example: 'Problem: Solve $x = 1$.\nAnswer: 1',
    expected: 'Solve $x + 1 = 3$.',
  },
  {
    task: 'xstorycloze_en',
    doc: {
      story_id: 's',
      input_sentence_1: 'Ann woke.',
      input_sentence_2: 'It rained.',
      input_sentence_3: 'She was late.',
      input_sentence_4: 'She ran.',
      sentence_quiz1: 'She got wet.',
      sentence_quiz2: 'She got a dog.',
      answer_right_ending: 1,
    },
    text: 'Ann woke. It rained. She was late. She ran.',
    choices: ['She got wet.', 'She got a dog.'],
    example: 'Bo sat. He ate. He slept. He woke. He rose.',
    expected: 'Ann woke. It rained. She was late. She ran.\nA. She got wet.\nB. She got a dog.',
  },
];
