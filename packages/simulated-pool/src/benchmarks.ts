import type { Benchmark, Subtopic } from './topics.js';

function subtopic(
  name: string,
  demand: Subtopic['demand'],
  options: number,
  frame: Subtopic['frame'],
  terms: string,
): Subtopic {
  return { name, demand, options, frame, terms: terms.split(' ') };
}

function benchmark(
  name: string,
  difficulty: number,
  answerCharacters: number,
  subtopics: readonly Subtopic[],
): Benchmark {
  return { name, difficulty, answerCharacters, subtopics };
}

/** All benchmarks, in the order in which their questions appear. */
export const BENCHMARKS: readonly Benchmark[] = [
  benchmark('arithmetic', 0.2, 420, [
    subtopic(
      'shopping',
      { mathematics: 0.8, commonsense: 0.2 },
      0,
      ['A shop sells', 'How many dollars is that in all?'],
      'apples buns eggs notebooks candles kettles bicycles printers carpets turbines harvesters centrifuges',
    ),
    subtopic(
      'speed',
      { mathematics: 1 },
      0,
      ['A train covers', 'How many kilometres has it gained per hour?'],
      'miles hours stops bends tunnels bridges gradients viaducts headwinds knots leagues furlongs',
    ),
    subtopic(
      'number theory',
      { mathematics: 0.9, code: 0.1 },
      0,
      ['Take the remainder of', 'What is the sum of its digits?'],
      'squares cubes tens factors primes multiples divisors residues exponents totients congruences quotients',
    ),
  ]),
  benchmark('code-output', 0.4, 360, [
    subtopic(
      'loops',
      { code: 0.75, mathematics: 0.25 },
      0,
      ['def f(n):\n  for i in range(n):', 'print(f("n")) # What is printed?'],
      'i+1 n-1 i*2 append enumerate zip yield lambda reduce memoryview itertools.chain functools.partial',
    ),
    subtopic(
      'strings',
      { code: 0.5, language: 0.5 },
      0,
      ['s = "text"\nfor c in s:', 'print(s) # What does the Python code print?'],
      'upper() lower() strip() split() join() replace() partition() translate() casefold() maketrans() rpartition() expandtabs()',
    ),
    subtopic(
      'recursion',
      { code: 0.7, logic: 0.3 },
      0,
      ['def g(n): return g(n - 1) if n else 0', 'What does the recursive function return?'],
      'calls bases depths branches stacks frames memos caches closures trampolines continuations fixpoints',
    ),
  ]),
  benchmark('medicine', 0.5, 240, [
    subtopic(
      'diagnosis',
      { medicine: 0.9, logic: 0.1 },
      4,
      ['A patient has had for days', 'Which diagnosis is the most likely?'],
      'cough fever headache rash wheezing jaundice dyspnoea haematuria syncope nystagmus clubbing papilloedema',
    ),
    subtopic(
      'treatment',
      { medicine: 1 },
      4,
      ['A physician prescribes milligrams of', 'Which treatment is the first choice?'],
      'aspirin ibuprofen paracetamol insulin penicillin metformin amiodarone warfarin methotrexate rituximab natalizumab eculizumab',
    ),
    subtopic(
      'dosage',
      { medicine: 0.25, mathematics: 0.75 },
      0,
      ['A child of some kilograms receives', 'What is the daily dose in milligrams?'],
      'drops tablets spoons capsules ampoules infusions vials boluses titrations millimoles clearances half-lives',
    ),
  ]),
  benchmark('commonsense', 0.3, 120, [
    subtopic(
      'physical',
      { commonsense: 0.8, knowledge: 0.2 },
      3,
      ['Someone leaves outside in the rain', 'What most likely happens?'],
      'bread ice towels ladders umbrellas sponges plaster varnish parchment gelatine bellows hygrometers',
    ),
    subtopic(
      'social',
      { commonsense: 0.85, language: 0.15 },
      3,
      ['At a party a guest brings up', 'How does this person most likely react?'],
      'gifts jokes songs rumours apologies toasts slights promises condolences insinuations overtures reproaches',
    ),
  ]),
  benchmark('reading', 0.2, 150, [
    subtopic(
      'who did it',
      { language: 0.9, commonsense: 0.1 },
      0,
      [
        'In the story a gardener, a cook and a clerk carry',
        'Who carried them according to the passage?',
      ],
      'letters keys coats parcels lanterns ledgers satchels heirlooms manuscripts candelabra affidavits reliquaries',
    ),
    subtopic(
      'tally',
      { language: 0.6, mathematics: 0.25, logic: 0.15 },
      0,
      ['The passage mentions in turn', 'How many are left at the end of the passage?'],
      'cats boats chairs baskets lamps wagons barrels tapestries goblets astrolabes sextants palimpsests',
    ),
  ]),
  benchmark('law', 0.6, 260, [
    subtopic(
      'statutes',
      { law: 0.85, logic: 0.15 },
      4,
      ['Under the statute a party claims', 'Which rule does the court apply?'],
      'rent theft contracts damages trespass negligence estoppel bailments easements novation subrogation usufruct',
    ),
    subtopic(
      'terms',
      { law: 0.85, language: 0.15 },
      4,
      ['The pleading speaks of', 'What does the legal term mean?'],
      'will bail fine tort lien deed mandamus laches certiorari replevin champerty escheat',
    ),
    subtopic(
      'deadlines',
      { law: 0.3, mathematics: 0.7 },
      0,
      ['An appeal is due after', 'On which day does the period end?'],
      'days weeks months notices hearings holidays tollings adjournments stays moratoria prescriptions abeyances',
    ),
  ]),
  benchmark('units', 0, 180, [
    subtopic(
      'length',
      { mathematics: 0.75, knowledge: 0.25 },
      0,
      ['Convert into metres', 'What is the length, rounded?'],
      'feet inches centimetres yards kilometres micrometres chains rods fathoms cubits parsecs angstroms',
    ),
    subtopic(
      'mass',
      { mathematics: 0.6, knowledge: 0.4 },
      0,
      ['Convert into grams', 'What is the mass, rounded?'],
      'kilograms pounds tonnes ounces stones carats grains drachms scruples slugs daltons hundredweights',
    ),
  ]),
  benchmark('logic', 0.4, 380, [
    subtopic(
      'ordering',
      { logic: 0.9, mathematics: 0.1 },
      0,
      ['In a row there stand, each left of the next,', 'Which one stands third?'],
      'boys girls dogs pillars statues sentries obelisks caryatids gnomons heralds acolytes archons',
    ),
    subtopic(
      'syllogism',
      { logic: 0.85, language: 0.15 },
      3,
      ['All of these are round, and some are not', 'Which conclusion follows?'],
      'birds plants stones metals vessels figures premises predicates universals contraries converses enthymemes',
    ),
    subtopic(
      'truth and lies',
      { logic: 1 },
      0,
      ['Knights never lie and knaves always do. There are', 'How many of them are knights?'],
      'islanders guards twins oracles jesters judges contrarians spies sophists casuists dialecticians eristics',
    ),
  ]),
  benchmark('words', 0.2, 70, [
    subtopic(
      'letter counting',
      { language: 0.85, logic: 0.15 },
      0,
      ['Count the letters of', 'How often does the vowel occur in the word?'],
      'house garden window umbrella lantern mountain chrysanthemum labyrinth onomatopoeia rhododendron sesquipedalian borborygmus',
    ),
    subtopic(
      'synonyms',
      { language: 1 },
      4,
      ['Near in meaning are', 'Which word is the synonym?'],
      'happy quick large brave gentle stubborn laconic garrulous mendacious pulchritudinous tenebrous lugubrious',
    ),
  ]),
  benchmark('geography', 0.1, 90, [
    subtopic(
      'capitals',
      { knowledge: 0.9, language: 0.1 },
      4,
      ['A traveller flies to', 'Which city is the capital of the country?'],
      'France Japan Egypt Norway Peru Kenya Laos Bhutan Malawi Vanuatu Eswatini Kiribati',
    ),
    subtopic(
      'rivers',
      { knowledge: 0.95, commonsense: 0.05 },
      4,
      ['A boat goes down the', 'Which sea does the river reach?'],
      'Nile Rhine Danube Ganges Volga Mekong Orinoco Irrawaddy Limpopo Yenisei Vistula Brahmaputra',
    ),
    subtopic(
      'map scale',
      { knowledge: 0.55, mathematics: 0.45 },
      0,
      ['On a map the road passes', 'How far is it on the ground?'],
      'towns lakes hills ferries harbours plateaus isthmuses archipelagos moraines estuaries fjords atolls',
    ),
  ]),
];
