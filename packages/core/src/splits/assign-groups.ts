import { checkInteger, EmbedLLMError } from '@embedllm/internals';
import type { Random } from '../random/random.js';

type Three = readonly [number, number, number];

/** What `assignGroups` divides. */
export interface GroupedQuestions {
  /** Category of each question, from 0. */
  readonly categories: Uint32Array;
  /** Group of each question. */
  readonly groups: ArrayLike<number> | undefined;
  /** Questions that each part is to have. */
  readonly totals: Three;
  /** Filled with the part of each question that is in a group with others. */
  readonly assigned: Uint8Array;
}

/** What is left to divide. */
export interface UngroupedQuestions {
  /** Questions that are in no group with others, ascending. */
  readonly alone: readonly number[];
  /**
   * How many of them each part is to get of each category, in rows of three and in units of 1 / Q.
   * Rows and columns add up to multiples of Q.
   */
  readonly remaining: readonly (readonly number[])[];
}

/** Deals out the groups of several questions, and says what each part lacks then. */
export function assignGroups(
  { categories, groups, totals, assigned }: GroupedQuestions,
  random: Random,
): UngroupedQuestions {
  const { together, alone } = membersOf(groups, categories.length);
  const counts: number[] = [];
  for (const category of categories) counts[category] = (counts[category] ?? 0) + 1;
  const whole = categories.length;
  // In units of 1 / Q, which keeps all sums integers.
  const lacking = counts.map((count) => totals.map((total) => total * count));
  const filled = [0, 0, 0];
  assertEnough(together.length + alone.length, totals);
  let units = together.length + alone.length;
  // Shuffled before sorting, so that groups of one size come in random order.
  for (const group of random.shuffle(together).sort((a, b) => b.length - a.length)) {
    const part = choosePart(group, { categories, lacking, totals, filled, units }, random);
    for (const question of group) {
      assigned[question] = part;
      const row = lacking[categories[question]!] as number[];
      row[part] = row[part]! - whole;
    }
    filled[part] = filled[part]! + group.length;
    units--;
  }
  if (together.length > 0) {
    const room = roomForRest(totals, filled, alone.length);
    const change = room.map((size, part) => size + (filled[part] ?? 0) - (totals[part] ?? 0));
    const rows = lacking.map((row, category) =>
      row.map((value, part) => value + (counts[category] ?? 0) * (change[part] ?? 0)),
    );
    return { alone, remaining: withoutNegatives(rows, random) };
  }
  return { alone, remaining: lacking };
}

function membersOf(
  groups: ArrayLike<number> | undefined,
  count: number,
): { together: number[][]; alone: number[] } {
  if (groups === undefined)
    return { together: [], alone: Array.from({ length: count }, (_, i) => i) };
  if (groups.length !== count) {
    throw new EmbedLLMError(
      `${count} questions need ${count} groups, but ${groups.length} were given.`,
      { code: 'shape-mismatch' },
    );
  }
  const members = new Map<number, number[]>();
  for (let question = 0; question < count; question++) {
    const group = groups[question]!;
    checkInteger(`The group of question ${question}`, group);
    const known = members.get(group);
    if (known) known.push(question);
    else members.set(group, [question]);
  }
  const all = [...members.values()];
  return {
    together: all.filter((questions) => questions.length > 1),
    alone: all.flatMap((questions) => (questions.length === 1 ? questions : [])),
  };
}

function assertEnough(units: number, totals: Three): void {
  const wanted = totals.filter((total) => total > 0).length;
  if (units < wanted) {
    throw new EmbedLLMError(
      `${units} ${units === 1 ? 'group' : 'groups'} cannot fill ${wanted} parts.`,
      {
        code: 'invalid-data',
      },
    );
  }
}

interface Assignment {
  readonly categories: Uint32Array;
  readonly lacking: readonly (readonly number[])[];
  readonly totals: Three;
  readonly filled: readonly number[];
  /** Groups that are not assigned yet, questions that are alone included. */
  readonly units: number;
}

/** A part with room, at odds of what it lacks; the roomiest where there is none. */
function choosePart(group: readonly number[], state: Assignment, random: Random): number {
  const { categories, lacking, totals, filled, units } = state;
  const room = totals.map((total, part) => total - (filled[part] ?? 0));
  const empty = [0, 1, 2].filter((part) => totals[part] !== 0 && filled[part] === 0);
  const open = [0, 1, 2].filter((part) => totals[part] !== 0);
  // The last groups must go where nothing is yet.
  const allowed = empty.length >= units ? empty : open;
  const fitting = allowed.filter((part) => (room[part] ?? 0) >= group.length);
  if (fitting.length === 0) return roomiest(allowed, room);
  const odds = fitting.map((part) => {
    let sum = 0;
    for (const question of group) {
      sum += Math.max(0, lacking[categories[question]!]?.[part] ?? 0);
    }
    return sum;
  });
  const total = odds.reduce((sum, odd) => sum + odd, 0);
  if (total === 0) return roomiest(fitting, room);
  let drawn = random.uniform() * total;
  const chosen = odds.findIndex((odd) => {
    drawn -= odd;
    return drawn < 0;
  });
  return fitting[chosen] ?? roomiest(fitting, room);
}

function roomiest(parts: readonly number[], room: readonly number[]): number {
  return parts.reduce((best, part) => ((room[part] ?? 0) > (room[best] ?? 0) ? part : best));
}

/** How many of the rest each part takes; less than it lacks where groups have overfilled another. */
function roomForRest(totals: Three, filled: readonly number[], rest: number): number[] {
  const room = totals.map((total, part) => Math.max(0, total - (filled[part] ?? 0)));
  const sum = (): number => room.reduce((all, size) => all + size, 0);
  for (let excess = sum() - rest; excess > 0; excess--) {
    // A part that has nothing yet keeps one.
    const able = [0, 1, 2].filter((part) => (room[part] ?? 0) > (filled[part] === 0 ? 1 : 0));
    const part = roomiest(able, room);
    room[part] = (room[part] ?? 0) - 1;
  }
  return room;
}

/**
 * Where a category has more in a part than its share, others give way: exchanges of four values
 * that keep the sums of rows and columns. They exist because these sums are not negative.
 */
function withoutNegatives(rows: number[][], random: Random): number[][] {
  const order = random.shuffle(rows.map((_, index) => index));
  for (const row of rows) {
    for (let part = 0; part < 3; part++) {
      for (let other = 0; other < 3 && (row[part] ?? 0) < 0; other++) {
        if (other === part) continue;
        for (const index of order) {
          const giver = rows[index] as number[];
          const lack = -row[part]!;
          const amount = Math.min(lack, row[other]!, giver[part]!);
          if (giver === row || amount <= 0) continue;
          row[part] = row[part]! + amount;
          row[other] = row[other]! - amount;
          giver[part] = giver[part]! - amount;
          giver[other] = giver[other]! + amount;
        }
      }
    }
  }
  return rows;
}
