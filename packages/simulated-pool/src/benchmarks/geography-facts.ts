import type { PerLevel } from '../template.js';

/** A country or territory, its capital and the region of the world it lies in. */
export type Place = readonly [name: string, capital: string, region: string];

/** Countries, from those everybody knows to those few do. */
export const PLACES: PerLevel<readonly Place[]> = [
  [
    ['France', 'Paris', 'Europe'],
    ['Japan', 'Tokyo', 'Asia'],
    ['Italy', 'Rome', 'Europe'],
    ['Egypt', 'Cairo', 'Africa'],
    ['Cuba', 'Havana', 'North America'],
    ['Kenya', 'Nairobi', 'Africa'],
    ['Argentina', 'Buenos Aires', 'South America'],
    ['New Zealand', 'Wellington', 'Oceania'],
  ],
  [
    ['Morocco', 'Rabat', 'Africa'],
    ['Vietnam', 'Hanoi', 'Asia'],
    ['Ecuador', 'Quito', 'South America'],
    ['Finland', 'Helsinki', 'Europe'],
    ['Mongolia', 'Ulaanbaatar', 'Asia'],
    ['Jamaica', 'Kingston', 'North America'],
    ['Croatia', 'Zagreb', 'Europe'],
    ['Fiji', 'Suva', 'Oceania'],
  ],
  [
    ['Bhutan', 'Thimphu', 'Asia'],
    ['Suriname', 'Paramaribo', 'South America'],
    ['Botswana', 'Gaborone', 'Africa'],
    ['Moldova', 'Chisinau', 'Europe'],
    ['Belize', 'Belmopan', 'North America'],
    ['Samoa', 'Apia', 'Oceania'],
    ['Laos', 'Vientiane', 'Asia'],
    ['Togo', 'Lomé', 'Africa'],
  ],
  [
    ['Comoros', 'Moroni', 'Africa'],
    ['Palau', 'Ngerulmud', 'Oceania'],
    ['Tuvalu', 'Funafuti', 'Oceania'],
    ['Lesotho', 'Maseru', 'Africa'],
    ['Brunei', 'Bandar Seri Begawan', 'Asia'],
    ['Dominica', 'Roseau', 'North America'],
    ['San Marino', 'the City of San Marino', 'Europe'],
    ['Turkmenistan', 'Ashgabat', 'Asia'],
  ],
];

/** A river and the water that it flows into. */
export type River = readonly [name: string, mouth: string];

/** Rivers, from the famous to the obscure; the mouths within a level differ. */
export const RIVERS: PerLevel<readonly River[]> = [
  [
    ['Nile', 'the Mediterranean Sea'],
    ['Amazon', 'the Atlantic Ocean'],
    ['Mississippi', 'the Gulf of Mexico'],
    ['Danube', 'the Black Sea'],
    ['Thames', 'the North Sea'],
  ],
  [
    ['Volga', 'the Caspian Sea'],
    ['Indus', 'the Arabian Sea'],
    ['Jordan', 'the Dead Sea'],
    ['Vistula', 'the Baltic Sea'],
    ['Yangtze', 'the East China Sea'],
  ],
  [
    ['Po', 'the Adriatic Sea'],
    ['Irrawaddy', 'the Andaman Sea'],
    ['Lena', 'the Laptev Sea'],
    ['Loire', 'the Bay of Biscay'],
    ['Don', 'the Sea of Azov'],
  ],
  [
    ['Kolyma', 'the East Siberian Sea'],
    ['Ili', 'Lake Balkhash'],
    ['Omo', 'Lake Turkana'],
    ['Chari', 'Lake Chad'],
    ['Yukon', 'the Bering Sea'],
  ],
];
