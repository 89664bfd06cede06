import { execFile } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

/** A Chromium by the names that it goes by, or the one that CHROMIUM names. */
export function findChromium(): string | undefined {
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const folders = (process.env.PATH ?? '').split(delimiter);
  const paths = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  return [process.env.CHROMIUM, ...paths].find((path) => {
    if (!path) return false;
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/**
 * Runs a script in a page of a headless Chromium, without a server.
 *
 * @param script - Leaves a promise of a string without `<` and `&` in `globalThis.found`.
 * @returns That string, or what it was rejected with.
 */
export async function runInChromium(executable: string, script: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'embedllm-chromium-'));
  try {
    const page = join(folder, 'page.html');
    // The script must not end its own element.
    const contents = script.replaceAll('</script', '<\\/script');
    writeFileSync(
      page,
      `<!doctype html><meta charset="utf-8"><pre id="out"></pre><script>${contents}
      found.then((text) => { out.textContent = text; }, (error) => { out.textContent = String(error); });
      </script>`,
    );
    const { stdout } = await promisify(execFile)(
      executable,
      [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        `--user-data-dir=${join(folder, 'profile')}`,
        '--virtual-time-budget=10000',
        '--dump-dom',
        pathToFileURL(page).href,
      ],
      { timeout: 60_000, maxBuffer: 64 * 1024 * 1024 },
    );
    return /<pre id="out">(.*)<\/pre>/s.exec(stdout)?.[1] ?? '';
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
