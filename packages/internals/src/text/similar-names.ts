/** Longer names are compared by their beginnings: the work grows with the square of the length. */
const COMPARED_LENGTH = 100;

/**
 * Up to three names that a mistyped one could have meant, most similar first: those that contain
 * it, those that at most half its letters must change for, and those whose beginning is like it but
 * for a quarter of its letters. Ignores case.
 */
export function similarNames(name: string, names: readonly string[]): string[] {
  const wanted = name.toLowerCase().slice(0, COMPARED_LENGTH);
  if (wanted === '') return [];
  return names
    .map((candidate) => {
      const known = candidate.toLowerCase().slice(0, COMPARED_LENGTH);
      const distances = distancesToPrefixes(wanted, known);
      const whole = distances[known.length]!;
      // A mistyped beginning of a long name, such as one without its date, comes after all others.
      const beginning = Math.min(...distances);
      if (known === wanted) return { candidate, edits: 0 };
      if (wanted.length > 1 && known.includes(wanted)) return { candidate, edits: 0.5 };
      if (whole <= wanted.length / 2) return { candidate, edits: whole };
      const isMeant = beginning <= wanted.length / 4;
      return { candidate, edits: isMeant ? wanted.length / 2 + beginning : undefined };
    })
    .filter((entry): entry is { candidate: string; edits: number } => entry.edits !== undefined)
    .sort((a, b) => a.edits - b.edits)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/** Insertions, deletions and replacements from one text to the other (Levenshtein, 1966). */
export function editDistance(a: string, b: string): number {
  return distancesToPrefixes(a, b)[b.length]!;
}

/** Edit distances of a text to each beginning of another, the empty one first. */
function distancesToPrefixes(a: string, b: string): number[] {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const inserted = current[j - 1]! + 1;
      const deleted = previous[j]! + 1;
      current.push(Math.min(replaced, inserted, deleted));
    }
    previous = current;
  }
  return previous;
}
