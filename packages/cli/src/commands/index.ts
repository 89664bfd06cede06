import type { AddCommand } from '../program/define-command.js';
import { addModel } from './add-model/command.js';
import { build } from './build/command.js';
import { cascade } from './cascade/command.js';
import { cluster } from './cluster/command.js';
import { collect } from './collect/command.js';
import { compare } from './compare/command.js';
import { completionOf } from './completion/command.js';
import { doctor } from './doctor/command.js';
import { encode } from './encode/command.js';
import { evaluate } from './evaluate/command.js';
import { forecast } from './forecast/command.js';
import { init } from './init/command.js';
import { probe } from './probe/command.js';
import { pull } from './pull/command.js';
import { push } from './push/command.js';
import { report } from './report/command.js';
import { route } from './route/command.js';
import { serve } from './serve/command.js';
import { train } from './train/command.js';
import { tryPolicy } from './try/command.js';
import { worker } from './worker/command.js';

const completable: readonly AddCommand[] = [
  init,
  collect,
  build,
  encode,
  train,
  evaluate,
  compare,
  route,
  tryPolicy,
  cascade,
  addModel,
  forecast,
  probe,
  report,
  serve,
  worker,
  cluster,
  push,
  pull,
  doctor,
];

/** All commands, in the order of the help. */
export const commands: readonly AddCommand[] = [...completable, completionOf(completable)];
