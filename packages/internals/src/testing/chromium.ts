import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
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
    await removeProfile(folder);
  }
}

/**
 * Opens a page in a headless Chromium until something has happened, such as a request to the server of
 * the page: for work that takes long by the clock, which `runInChromium` may cut short.
 *
 * @throws Error when the browser ends before, and what `done` rejects with.
 */
export async function openInChromium<T>(
  executable: string,
  url: string,
  done: Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'embedllm-chromium-'));
  const profile = `--user-data-dir=${join(folder, 'profile')}`;
  const browser = spawn(
    executable,
    ['--headless', '--no-sandbox', '--disable-gpu', '--remote-debugging-port=0', profile, url],
    { stdio: 'ignore' },
  );
  const ended = once(browser, 'exit');
  try {
    return await Promise.race([
      done,
      ended.then(([code]): never => {
        throw new Error(`Chromium ended with ${code}.`);
      }),
    ]);
  } finally {
    browser.kill('SIGKILL');
    await ended;
    await removeProfile(folder);
  }
}

/** Processes of a browser that has ended still write for a moment. */
async function removeProfile(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
}
