import type { AddCommand } from '../program/define-command.js';
import { addModel } from './add-model.js';
import { build } from './build.js';
import { compare } from './compare.js';
import { doctor } from './doctor.js';
import { encode } from './encode.js';
import { evaluate } from './evaluate.js';
import { forecast } from './forecast.js';
import { probe } from './probe.js';
import { pull } from './pull.js';
import { push } from './push.js';
import { report } from './report.js';
import { route } from './route.js';
import { serve } from './serve.js';
import { train } from './train.js';

/** All commands, in the order of the help. */
export const commands: readonly AddCommand[] = [
  build,
  encode,
  train,
  evaluate,
  compare,
  route,
  addModel,
  forecast,
  probe,
  report,
  serve,
  push,
  pull,
  doctor,
];
