import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';

/** A Vulkan driver that computes on the processor; Debian's chromium brings it. */
const DRIVER = '/usr/lib/chromium/vk_swiftshader_icd.json';

/**
 * The environment of a process whose graphics card SwiftShader plays, or `undefined` where it is not
 * installed. A process needs it from its start.
 */
export function findSwiftShader(): NodeJS.ProcessEnv | undefined {
  if (!existsSync(DRIVER)) return undefined;
  return {
    ...process.env,
    VK_ICD_FILENAMES: DRIVER,
    LD_LIBRARY_PATH: dirname(DRIVER),
    XDG_RUNTIME_DIR: tmpdir(),
  };
}
