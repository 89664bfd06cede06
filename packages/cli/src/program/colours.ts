import type { CommandIo, TextOutput } from './command-io.js';

/** Wraps text in the codes of a terminal, or leaves it as it is. */
export interface Colours {
  readonly enabled: boolean;
  bold(text: string): string;
  dim(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  red(text: string): string;
}

/**
 * Colours for a stream: those of a terminal, unless `--no-color`, `NO_COLOR` (no-color.org: any
 * value that is not empty) or `TERM=dumb` forbids them; `FORCE_COLOR` wins over a missing terminal.
 */
export function coloursFor(
  stream: TextOutput,
  env: CommandIo['env'],
  isWanted: boolean | undefined,
): Colours {
  const isForced = (env.FORCE_COLOR ?? '') !== '' && env.FORCE_COLOR !== '0';
  const isForbidden = (env.NO_COLOR ?? '') !== '' || env.TERM === 'dumb' || isWanted === false;
  const enabled = !isForbidden && (stream.isTTY === true || isForced);
  const wrap =
    (open: number, close: number) =>
    (text: string): string =>
      enabled ? `\u001B[${open}m${text}\u001B[${close}m` : text;
  return {
    enabled,
    bold: wrap(1, 22),
    dim: wrap(2, 22),
    green: wrap(32, 39),
    yellow: wrap(33, 39),
    red: wrap(31, 39),
  };
}
