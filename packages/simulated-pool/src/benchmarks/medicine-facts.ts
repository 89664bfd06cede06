import type { PerLevel } from '../template.js';

/** A disease with how it shows and what treats it. */
export interface Condition {
  readonly name: string;
  readonly signs: string;
  readonly treatment: string;
}

function condition(name: string, signs: string, treatment: string): Condition {
  return { name, signs, treatment };
}

/** Conditions, from everyday to rare. Textbook facts, for language variety only: not advice. */
export const CONDITIONS: PerLevel<readonly Condition[]> = [
  [
    condition('asthma', 'wheezing that eases after an inhaler', 'inhaled salbutamol'),
    condition('appendicitis', 'pain moving to the lower right belly and fever', 'appendectomy'),
    condition('migraine', 'a throbbing one-sided headache and dislike of light', 'a triptan'),
    condition('type 1 diabetes', 'great thirst, weight loss and high blood sugar', 'insulin'),
    condition('iron deficiency anaemia', 'tiredness and small pale red cells', 'oral iron'),
    condition('streptococcal sore throat', 'fever and pus on the tonsils', 'penicillin'),
    condition('scabies', 'itching at night and burrows between the fingers', 'permethrin cream'),
    condition('hay fever', 'sneezing and watery eyes every spring', 'an oral antihistamine'),
  ],
  [
    condition('hypothyroidism', 'weight gain, dry skin and feeling cold', 'levothyroxine'),
    condition('gout', 'a suddenly hot and swollen big toe', 'colchicine'),
    condition('lobar pneumonia', 'fever, rusty sputum and crackles at one lung', 'amoxicillin'),
    condition('deep vein thrombosis', 'a swollen calf after a long flight', 'apixaban'),
    condition('Graves disease', 'weight loss, tremor and bulging eyes', 'carbimazole'),
    condition('osteoporosis', 'a wrist fracture after a minor fall', 'alendronate'),
    condition('Parkinson disease', 'resting tremor, slowness and rigidity', 'levodopa'),
    condition('psoriasis', 'silvery scaling plaques on the elbows', 'topical calcipotriol'),
  ],
  [
    condition('myasthenia gravis', 'ptosis that worsens through the day', 'pyridostigmine'),
    condition('Addison disease', 'hypotension and darkened skin creases', 'hydrocortisone'),
    condition('Wilson disease', 'tremor, hepatitis and corneal copper rings', 'penicillamine'),
    condition('trigeminal neuralgia', 'lancinating facial pain on touch', 'carbamazepine'),
    condition('falciparum malaria', 'rigors and intraerythrocytic rings', 'artemether'),
    condition('Wernicke encephalopathy', 'confusion, ataxia and nystagmus', 'thiamine'),
    condition('coeliac disease', 'bloating and duodenal villous atrophy', 'a gluten-free diet'),
    condition('Lyme disease', 'erythema migrans after a tick bite', 'doxycycline'),
  ],
  [
    condition(
      'phaeochromocytoma',
      'paroxysmal hypertension and raised plasma metanephrines',
      'phenoxybenzamine',
    ),
    condition(
      'acute intermittent porphyria',
      'abdominal pain, neuropathy and raised urinary porphobilinogen',
      'haemin',
    ),
    condition(
      'Lambert-Eaton syndrome',
      'proximal weakness with post-exercise facilitation',
      'amifampridine',
    ),
    condition(
      'thrombotic thrombocytopenic purpura',
      'schistocytes and deficient ADAMTS13 activity',
      'plasma exchange',
    ),
    condition(
      'hereditary angioedema',
      'angioedema without urticaria and low complement C4',
      'C1 esterase inhibitor',
    ),
    condition(
      'paroxysmal nocturnal haemoglobinuria',
      'haemoglobinuria and granulocytes lacking CD55 and CD59',
      'eculizumab',
    ),
    condition(
      'Gaucher disease',
      'splenomegaly, bone crises and deficient glucocerebrosidase',
      'imiglucerase',
    ),
    condition(
      'methaemoglobinaemia',
      'chocolate-coloured blood and cyanosis refractory to oxygen',
      'methylene blue',
    ),
  ],
];

/** A drug and how it acts, or a structure and what it does. */
export type Fact = readonly [subject: string, fact: string];

/** Drugs with their mechanisms, from everyday to rare. */
export const MECHANISMS: PerLevel<readonly Fact[]> = [
  [
    ['ibuprofen', 'it blocks cyclo-oxygenase'],
    ['penicillin', 'it disturbs the cell wall of bacteria'],
    ['insulin', 'it moves glucose into cells'],
    ['an antacid', 'it neutralises acid in the stomach'],
    ['caffeine', 'it blocks adenosine receptors'],
  ],
  [
    ['omeprazole', 'it inhibits the gastric proton pump'],
    ['warfarin', 'it antagonises vitamin K'],
    ['furosemide', 'it blocks salt transport in the loop of Henle'],
    ['ramipril', 'it inhibits the angiotensin converting enzyme'],
    ['simvastatin', 'it inhibits HMG-CoA reductase'],
  ],
  [
    ['methotrexate', 'it inhibits dihydrofolate reductase'],
    ['allopurinol', 'it inhibits xanthine oxidase'],
    ['ondansetron', 'it antagonises serotonin 5-HT3 receptors'],
    ['finasteride', 'it inhibits 5-alpha-reductase'],
    ['clopidogrel', 'it blocks the platelet P2Y12 receptor'],
  ],
  [
    ['bortezomib', 'it inhibits the 26S proteasome'],
    ['tolvaptan', 'it antagonises vasopressin V2 receptors'],
    ['ivacaftor', 'it potentiates gating of the CFTR channel'],
    ['nusinersen', 'it modifies splicing of SMN2 transcripts'],
    ['icatibant', 'it antagonises bradykinin B2 receptors'],
  ],
];

/** Structures of the body with their functions, from everyday to rare. */
export const STRUCTURES: PerLevel<readonly Fact[]> = [
  [
    ['the heart', 'pumping blood'],
    ['the lungs', 'taking up oxygen'],
    ['the kidneys', 'making urine'],
    ['the stomach', 'digesting food with acid'],
    ['the ears', 'hearing'],
  ],
  [
    ['the gallbladder', 'storing bile'],
    ['the diaphragm', 'drawing air into the lungs'],
    ['the cornea', 'letting light into the eye and bending it'],
    ['the thyroid', 'setting the pace of metabolism'],
    ['the cerebellum', 'coordinating movement'],
  ],
  [
    ['the mitral valve', 'keeping blood from flowing back into the left atrium'],
    ['the hippocampus', 'forming new memories'],
    ['the adrenal cortex', 'secreting cortisol and aldosterone'],
    ['the thymus', 'maturing T lymphocytes'],
    ['the Eustachian tube', 'equalising middle ear pressure'],
  ],
  [
    ['the macula densa', 'sensing sodium chloride in the distal tubule'],
    ['the suprachiasmatic nucleus', 'keeping the circadian rhythm'],
    ['the organ of Zuckerkandl', 'secreting fetal catecholamines'],
    ['the ampulla of Vater', 'draining bile and pancreatic juice into the duodenum'],
    ['the crista ampullaris', 'sensing angular acceleration'],
  ],
];
