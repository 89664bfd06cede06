import type { PerLevel } from '../template.js';

/** What somebody does, how it likely goes on, and two ways that it hardly does. */
export type Scene = readonly [setup: string, likely: string, unlikely: string, unlikelier: string];

/** Consequences in the physical world. */
export const PHYSICAL: PerLevel<readonly Scene[]> = [
  [
    ['drops a glass on a stone floor', 'the glass breaks', 'the glass melts', 'the floor bends'],
    ['leaves ice in the sun', 'the ice melts', 'the ice grows', 'the sun goes out'],
    ['kicks a ball up', 'the ball comes down', 'the ball stays up', 'the ball turns to sand'],
  ],
  [
    [
      'puts a wet towel near a warm stove',
      'the towel dries',
      'the towel freezes',
      'the stove shrinks',
    ],
    [
      'forgets a bicycle outside all winter',
      'the chain rusts',
      'the tyres multiply',
      'the bell sings',
    ],
    [
      'overfills a bathtub and sits in it',
      'water spills over the rim',
      'the water level sinks',
      'the tub floats away',
    ],
  ],
  [
    [
      'seals a half-empty plastic bottle on a mountain and drives down to the coast',
      'the bottle is crushed inward a little',
      'the bottle bursts outward',
      'the bottle fills with water',
    ],
    [
      'hangs a heavy picture from a nail in crumbling plaster',
      'the nail works loose and the picture falls',
      'the plaster hardens around the nail',
      'the picture becomes lighter',
    ],
    [
      'tightens a jar lid straight after filling it with boiling jam',
      'the lid is pulled inward as the jam cools',
      'the lid bulges as the jam cools',
      'the jam boils for days',
    ],
  ],
  [
    [
      'brakes hard in a bus while a helium balloon floats on a string in the aisle',
      'the balloon drifts backward',
      'the balloon drifts forward',
      'the balloon sinks',
    ],
    [
      'opens a refrigerator in a perfectly insulated room to cool it',
      'the room slowly becomes warmer',
      'the room becomes colder',
      'the temperature stays exactly equal',
    ],
    [
      'throws an anchor from a boat into a small pond',
      'the pond level falls slightly',
      'the pond level rises slightly',
      'the boat sinks deeper',
    ],
  ],
];

/** What people feel and do. */
export const SOCIAL: PerLevel<readonly Scene[]> = [
  [
    ['gets a birthday present', 'says thank you', 'calls the police', 'eats the wrapping'],
    ['steps on a friend’s foot', 'says sorry', 'asks for money', 'starts to sing'],
    ['wins a race', 'smiles', 'weeps with shame', 'hides the medal in soup'],
  ],
  [
    [
      'sees a neighbour carry heavy bags',
      'offers to help',
      'locks the gate',
      'adds a stone to a bag',
    ],
    [
      'hears that a colleague is ill',
      'wishes a quick recovery',
      'congratulates',
      'asks for a refund',
    ],
    [
      'arrives late at a play that has begun',
      'waits for a pause to sit down',
      'walks across the stage',
      'asks the actors to start again',
    ],
  ],
  [
    [
      'is praised by the manager for work that a quiet colleague did',
      'feels uneasy and mentions the colleague',
      'forgets what work is',
      'blames the colleague for the praise',
    ],
    [
      'notices that the host glances at the clock and yawns',
      'thanks the host and gets ready to go',
      'asks for a third dessert',
      'sets the clock back',
    ],
    [
      'hears a friend say, with a sigh, that the cancelled trip was "no problem at all"',
      'suspects that the friend is disappointed',
      'concludes that the friend dislikes trips',
      'books the same trip alone',
    ],
  ],
  [
    [
      'realises that a rival keeps conceding small points before the vote on the budget',
      'expects a larger demand to follow',
      'assumes that the rival has retired',
      'concedes everything first',
    ],
    [
      'receives an ironic compliment about punctuality after missing the opening ceremony',
      'understands it as a reproach',
      'takes it as sincere admiration',
      'reports it as a compliment',
    ],
    [
      'is asked by a grieving acquaintance whether the eulogy was too candid',
      'answers gently and acknowledges the intention',
      'lists the grammatical errors',
      'changes the subject to insurance premiums',
    ],
  ],
];

/** Order of everyday actions. */
export const ROUTINE: PerLevel<readonly Scene[]> = [
  [
    ['puts bread in the toaster', 'takes out toast', 'takes out a fish', 'paints the toaster'],
    ['puts on socks', 'puts on shoes', 'takes a bath', 'irons the shoes'],
    ['waters the plants', 'puts the can away', 'cuts the can in two', 'waters the roof'],
  ],
  [
    ['cracks eggs into a hot pan', 'stirs them', 'puts the shells back', 'lets the pan freeze'],
    ['parks the car at the station', 'buys a train ticket', 'sells the car', 'rows to work'],
    ['packs a tent and a stove', 'drives to a campsite', 'goes to the opera', 'mows the tent'],
  ],
  [
    [
      'has kneaded the dough and covered it with a cloth',
      'lets it rise before baking',
      'bakes the cloth',
      'slices the loaf at once',
    ],
    [
      'has sanded the old door down to bare wood',
      'wipes off the dust before varnishing',
      'varnishes the sandpaper',
      'hangs wallpaper on the hinges',
    ],
    [
      'has drained the radiator circuit to replace a valve',
      'fits the valve before refilling',
      'refills before fitting the valve',
      'lights the boiler empty',
    ],
  ],
  [
    [
      'has calibrated the balance but finds the reference weight smudged with fingerprints',
      'cleans the weight and calibrates again',
      'records the sample at once',
      'weighs the fingerprints',
    ],
    [
      'has primed the canvas, yet the gesso is still tacky before the glaze',
      'waits until the ground has cured',
      'glazes thickly at once',
      'scrapes the frame',
    ],
    [
      'has provisionally typeset the proofs while the index still lacks its folios',
      'completes the index before printing',
      'binds the volume without leaves',
      'auctions the manuscript',
    ],
  ],
];

/** Details that do not matter, for the harder levels. */
export const ASIDES = [
  'Earlier a letter from an aunt had come.',
  'The radio is playing an old waltz.',
  'A cat is asleep on the windowsill.',
  'Outside, somebody is repairing a fence.',
  'The calendar still shows last month.',
  'There is a smell of fresh paint in the stairwell.',
] as const;
