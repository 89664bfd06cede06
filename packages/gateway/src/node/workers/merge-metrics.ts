/** What every process shows alike, or of which the worst is to be shown. */
const NOT_SUMMED =
  /^embedllm_gateway_(?:upstream_circuit|limit|limit_remaining|reloads_total)(?:\{|$)/;

interface Family {
  /** Its lines of HELP and TYPE. */
  readonly head: readonly string[];
  readonly isGauge: boolean;
  readonly samples: Map<string, number>;
}

/**
 * What several processes show at `/metrics`, added up. Circuits and limits are not: of those the
 * largest value is shown.
 *
 * @param running - Texts of the processes that run.
 * @param ended - Those of processes that have ended: their counters stay, so that a sum never falls.
 */
export function mergeMetrics(running: readonly string[], ended: readonly string[] = []): string {
  const families = new Map<string, Family>();
  for (const text of running) addText(families, text, false);
  for (const text of ended) addText(families, text, true);
  const lines = [...families.values()].flatMap(({ head, samples }) => [
    ...head,
    ...[...samples].map(([key, value]) => `${key} ${value}`),
  ]);
  return `${lines.join('\n')}\n`;
}

function addText(families: Map<string, Family>, text: string, isEnded: boolean): void {
  let help = '';
  let family: Family | undefined;
  for (const line of text.split('\n')) {
    if (line.startsWith('# HELP ')) help = line;
    else if (line.startsWith('# TYPE ')) {
      const [, , name = '', type] = line.split(' ');
      family = families.get(name) ?? {
        head: [help, line],
        isGauge: type === 'gauge',
        samples: new Map(),
      };
      families.set(name, family);
    } else if (family && line !== '' && !(isEnded && family.isGauge)) {
      // Values have no spaces, labels may.
      const space = line.lastIndexOf(' ');
      const key = line.slice(0, space);
      const value = Number(line.slice(space + 1));
      const before = family.samples.get(key) ?? 0;
      family.samples.set(key, NOT_SUMMED.test(key) ? Math.max(before, value) : before + value);
    }
  }
}
