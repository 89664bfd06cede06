import { styleText } from 'node:util';
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
  const inStyle =
    (style: Parameters<typeof styleText>[0]) =>
    (text: string): string =>
      // Which stream it is for has been decided above.
      enabled ? styleText(style, text, { validateStream: false }) : text;
  return {
    enabled,
    bold: inStyle('bold'),
    dim: inStyle('dim'),
    green: inStyle('green'),
    yellow: inStyle('yellow'),
    red: inStyle('red'),
  };
}
