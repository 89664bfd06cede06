import {
  type Benchmark,
  between,
  multipleChoice,
  type PerLevel,
  pickDistinct,
  type Template,
} from '../template.js';
import { PEOPLE } from './people.js';

type Definition = readonly [term: string, meaning: string];

const TERMS: PerLevel<readonly Definition[]> = [
  [
    ['a contract', 'an agreement that the law enforces'],
    ['a witness', 'somebody who tells a court what they saw'],
    ['bail', 'release before trial against security'],
    ['a will', 'a statement of who inherits'],
    ['theft', 'taking what belongs to somebody else'],
  ],
  [
    ['negligence', 'a failure to take reasonable care'],
    ['perjury', 'a lie told under oath'],
    ['an injunction', 'a court order to do or to stop something'],
    ['libel', 'a defamatory statement in lasting form'],
    ['consideration', 'what each party to a bargain gives'],
  ],
  [
    ['an easement', 'a right to use the land of another'],
    ['subrogation', 'stepping into the rights of a creditor'],
    ['a bailment', 'possession of goods without ownership'],
    ['novation', 'the replacement of a party or an obligation'],
    ['frustration', 'an end of a contract made impossible by events'],
  ],
  [
    ['laches', 'a defence from unreasonable delay in equity'],
    ['estoppel by convention', 'being held to a shared assumption'],
    ['res ipsa loquitur', 'an inference of fault from the accident itself'],
    ['cy-près', 'redirecting a charitable gift as near as possible'],
    ['renvoi', 'a reference back by foreign conflict rules'],
  ],
];
const OFFICES = ['a tenant', 'a clerk', 'a trader', 'an heir', 'a journalist', 'a councillor'];

const terms: Template = {
  subtopic: 'terms',
  demand: { law: 0.85, language: 0.15 },
  write(random, level) {
    const [term, meaning] = random.pick(TERMS[level]);
    const wrong = TERMS[level].map((other) => other[1]).filter((other) => other !== meaning);
    return multipleChoice(
      random,
      `${random.pick(PEOPLE)}, ${random.pick(OFFICES)}, reads about ${term} in a judgment. What is meant?`,
      meaning,
      pickDistinct(random, wrong, 3),
    );
  },
};

const ACTS: PerLevel<readonly string[]> = [
  ['feed the ducks', 'ride a bicycle', 'play music'],
  ['keep bees', 'sell home-made food', 'park a caravan'],
  ['moor a houseboat', 'fell a mature oak', 'sublet the premises'],
  ['discharge effluent', 'encumber the demesne', 'assign the usufruct'],
];
const EXCEPTIONS = [
  ['on a public holiday', 'it is a public holiday'],
  ['with written consent of the warden', 'the warden has consented in writing'],
  ['after sunset', 'it is after sunset'],
  ['within fifty metres of the school', 'the place is thirty metres from the school'],
  ['during a declared drought', 'a drought has been declared'],
] as const;

const statute: Template = {
  subtopic: 'statutes',
  demand: { law: 0.7, logic: 0.3 },
  write(random, level) {
    const act = random.pick(ACTS[level]);
    const person = random.pick(PEOPLE);
    const clauses = pickDistinct(random, EXCEPTIONS, level + 1);
    // Each clause reverses the one before it, so the last clause that applies decides.
    const applied = between(random, 0, clauses.length);
    const text = clauses.map(([condition], index) =>
      index === 0
        ? `except ${condition}`
        : `provided that the foregoing exception does not hold ${condition}`,
    );
    const facts = clauses.slice(0, applied).map(([, fact]) => fact);
    const circumstances = facts.length === 0 ? 'none of these holds' : facts.join(', and ');
    const allowed = applied % 2 === 1;
    return multipleChoice(
      random,
      `Section ${between(random, 2, 60)} says: no person shall ${act}, ${text.join(', ')}. ${person} wants to ${act}; ${circumstances}. Which is right?`,
      allowed ? 'it is permitted' : 'it is prohibited',
      [allowed ? 'it is prohibited' : 'it is permitted'],
    );
  },
};

const PROCEEDINGS: PerLevel<readonly string[]> = [
  ['A parking fine', 'A library fine'],
  ['A tenancy notice', 'A dismissal letter'],
  ['A planning refusal', 'A tax assessment'],
  ['An interlocutory injunction', 'An arbitral award'],
];

const deadlines: Template = {
  subtopic: 'deadlines',
  demand: { law: 0.3, mathematics: 0.7 },
  write(random, level) {
    const start = between(random, 1, 9);
    const days = between(random, 5, 18);
    const steps = [`An appeal must be lodged within ${days} days of service`];
    let total = days;
    if (level >= 1) {
      const post = between(random, 2, 5);
      total += post;
      steps.push(`service by post is deemed effective ${post} days after dispatch`);
    }
    if (level >= 2) {
      const stay = between(random, 3, 21);
      total += stay;
      steps.push(`the period was suspended for ${stay} days by mediation`);
    }
    if (level === 3) {
      const extension = between(random, 4, 15);
      total += extension;
      steps.push(`leave for an extension of ${extension} days was granted nunc pro tunc`);
    }
    return {
      prompt: `${random.pick(PROCEEDINGS[level])} was sent to ${random.pick(PEOPLE)} on day ${start}. ${steps.join('; ')}. On which day does the period end?`,
      answer: String(start + total),
    };
  },
};

type Dilemma = readonly [situation: string, best: string, worse: string, worst: string];

const DILEMMAS: PerLevel<readonly Dilemma[]> = [
  [
    ['finds a wallet with a name in it', 'return it', 'keep the money', 'throw it away'],
    ['broke a borrowed cup', 'own up and replace it', 'hide the pieces', 'blame the dog'],
  ],
  [
    [
      'is offered tickets by a supplier whose bid is under review',
      'decline and report the offer',
      'accept after the decision',
      'ask for better seats',
    ],
    [
      'sees a friend copy answers in an examination',
      'urge the friend to own up',
      'copy the answers too',
      'sell the answers',
    ],
  ],
  [
    [
      'learns in confidence that a client plans to deceive a lender',
      'refuse to assist and take advice on disclosure',
      'draft the misleading papers',
      'buy the debt cheaply',
    ],
    [
      'reviews a paper by a competitor with the same unpublished result',
      'declare the conflict to the editor',
      'delay the review for months',
      'reject it anonymously',
    ],
  ],
  [
    [
      'as trustee may purchase trust property at a valuation that the beneficiaries never saw',
      'seek fully informed consent or abstain',
      'rely on the valuation alone',
      'purchase through a nominee',
    ],
    [
      'discovers a privileged memorandum inadvertently disclosed by opposing counsel',
      'stop reading and notify counsel',
      'read it and keep silent',
      'tender it in evidence',
    ],
  ],
];

const ethics: Template = {
  subtopic: 'ethics',
  demand: { law: 0.4, commonsense: 0.6 },
  write(random, level) {
    const [situation, best, ...rest] = random.pick(DILEMMAS[level]);
    const role = random.pick(OFFICES);
    return multipleChoice(
      random,
      `${random.pick(PEOPLE)}, ${role}, ${situation}. Which course of action is most defensible?`,
      best,
      rest,
    );
  },
};

/** Legal terms, nested statutes, time limits and professional ethics. */
export const law: Benchmark = {
  name: 'law',
  difficulty: 0.6,
  answerCharacters: 260,
  templates: [terms, statute, deadlines, ethics],
};
