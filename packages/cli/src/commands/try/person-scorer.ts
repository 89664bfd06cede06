import type { Scorer } from '@embedllm/dataset-builder/collect';
import type { CommandIo } from '../../program/command-io.js';
import { UsageError } from '../../program/failure.js';
import { Interview } from '../init/interview.js';
import type { MarkingPlace } from './mark-answers.js';

/** What of a long text a person is shown. */
const SHOWN = 4000;

/**
 * A scorer that asks the person at the terminal, without saying which model wrote the answer.
 *
 * @param options - What is said where the person ends the input, and which answer is next.
 */
export function personScorer(
  io: CommandIo,
  { resumeHint, place }: { readonly resumeHint: string; readonly place: () => MarkingPlace },
): Scorer {
  const interview = new Interview(io);
  return {
    id: 'person',
    version: 1,
    async score({ prompt, instructions, output }) {
      const system = instructions === undefined ? '' : `${excerpt(instructions)}\n\n`;
      io.stderr.write(
        `\n── request ──\n${system}${excerpt(prompt)}\n── answer ${describePlace(place())} ──\n${excerpt(output)}\n`,
      );
      for (;;) {
        const said = await interview
          .ask('Is it good? y, n, a number from 0 to 1, or s to skip:', '--judge')
          .catch((cause: unknown) => {
            throw new UsageError(`The input ended. ${resumeHint}`, { cause });
          });
        const outcome = outcomeOf(said);
        if (outcome === 'skip') return { reason: 'A person could not tell.' };
        if (outcome !== undefined) return { outcome, reason: 'A person marked it.' };
      }
    },
  };
}

function describePlace({ next, needed, most }: MarkingPlace): string {
  return `${next} of ${needed}${most > needed ? ` to ${most}` : ''}`;
}

function outcomeOf(said: string): number | 'skip' | undefined {
  if (/^y(es)?$/i.test(said)) return 1;
  if (/^no?$/i.test(said)) return 0;
  if (/^s(kip)?$/i.test(said)) return 'skip';
  const share = /^[\d.]+$/.test(said) ? Number(said) : Number.NaN;
  return share >= 0 && share <= 1 ? share : undefined;
}

function excerpt(text: string): string {
  // Escape sequences of an answer must not reach the terminal.
  const plain = text.replace(/[^\P{Cc}\n\t]/gu, '\ufffd');
  return plain.length > SHOWN ? `${plain.slice(0, SHOWN)}…` : plain;
}
