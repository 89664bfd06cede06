import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const OWN = `${sep}node_modules${sep}@embedllm${sep}cli${sep}`;

/**
 * A message with the command that installs a package where this program finds it: installed with
 * `npm install --global`, it finds nothing that the folder at hand has.
 *
 * @param file - Of this program. @default this one
 */
export function installHint(
  message: string,
  file: string = fileURLToPath(import.meta.url),
): string {
  const at = file.lastIndexOf(OWN);
  const isGlobal =
    at >= 0 &&
    !file.includes(`${sep}.pnpm${sep}`) &&
    !existsSync(join(file.slice(0, at), 'package.json'));
  return isGlobal
    ? message.replaceAll(/\bnpm install (?!--global)/g, 'npm install --global ')
    : message;
}
