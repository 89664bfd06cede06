// A network namespace that is joined to this machine by a cable that can be cut. Needs root.
import { spawnSync } from 'node:child_process';

/** A network of its own. */
export interface Network {
  /** Of this machine, as the namespace sees it. */
  readonly host: string;
  /** What runs a command within it. */
  readonly within: readonly string[];
  /** Cuts the cable; packets are lost, and nobody is told. */
  cut(): void;
  heal(): void;
  remove(): void;
}

/** Makes a network; `undefined` where this process may not. */
export function makeNetwork(): Network | undefined {
  const name = `embedllm-${process.pid}`;
  const [cable, end] = [`eo${process.pid}`.slice(0, 15), `ei${process.pid}`.slice(0, 15)];
  const subnet = `10.231.${process.pid % 250}`;
  const ip = (...args: string[]): boolean => spawnSync('ip', args).status === 0;
  const remove = (): void => {
    ip('link', 'del', cable);
    ip('netns', 'del', name);
  };
  const isMade =
    ip('netns', 'add', name) &&
    ip('link', 'add', cable, 'type', 'veth', 'peer', 'name', end) &&
    ip('link', 'set', end, 'netns', name) &&
    ip('addr', 'add', `${subnet}.1/30`, 'dev', cable) &&
    ip('link', 'set', cable, 'up') &&
    ip('-n', name, 'addr', 'add', `${subnet}.2/30`, 'dev', end) &&
    ip('-n', name, 'link', 'set', end, 'up') &&
    ip('-n', name, 'link', 'set', 'lo', 'up');
  if (!isMade) {
    remove();
    return undefined;
  }
  return {
    host: `${subnet}.1`,
    within: ['ip', 'netns', 'exec', name],
    cut: () => void ip('-n', name, 'link', 'set', end, 'down'),
    heal: () => void ip('-n', name, 'link', 'set', end, 'up'),
    remove,
  };
}
