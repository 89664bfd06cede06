import type { AddCommand } from '../program/define-command.js';
import { build } from './build.js';
import { encode } from './encode.js';
import { evaluate } from './evaluate.js';
import { route } from './route.js';
import { train } from './train.js';

/** All commands, in the order of the help. */
export const commands: readonly AddCommand[] = [build, encode, train, evaluate, route];
