import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DockerfileParser, type Instruction } from 'dockerfile-ast';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { CONFIGURATION, PORT, readDeployment } from './deployment-files.js';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
const instructions = DockerfileParser.parse(readDeployment('Dockerfile')).getInstructions();

/** The instructions of the image itself, after its last FROM. */
const last = instructions.findLastIndex((instruction) => instruction.getKeyword() === 'FROM');
const image = instructions.slice(last);

function only(keyword: string): Instruction {
  const found = image.filter((instruction) => instruction.getKeyword() === keyword);
  expect(found, keyword).toHaveLength(1);
  return found[0] as Instruction;
}

/** The words of an instruction in exec form. */
function words(keyword: string): string[] {
  const text = only(keyword).getArgumentsContent() ?? '';
  return JSON.parse(text.slice(text.indexOf('['))) as string[];
}

describe('the image', () => {
  it('is built in a stage of its own, of which only the program is taken', () => {
    expect(instructions.filter((one) => one.getKeyword() === 'FROM')).toHaveLength(2);
    expect(only('COPY').getArgumentsContent()).toMatch(/\/app \/app$/);
    expect(only('COPY').toString()).toContain('--from=build');
    expect(image.map((one) => one.getKeyword())).not.toContain('RUN');
  });

  it('runs as a user that Kubernetes can tell is not root', () => {
    const [user = '', group = ''] = (only('USER').getArgumentsContent() ?? '').split(':');
    expect(Number(user)).toBeGreaterThan(0);
    expect(Number(group)).toBeGreaterThan(0);
    // What it runs belongs to root, so that it cannot change itself.
    expect(only('COPY').toString()).toContain('--chown=0:0');
  });

  it('starts without a shell, so that signals arrive', () => {
    expect(words('ENTRYPOINT')).toEqual([
      'node',
      '--min-semi-space-size=16',
      '/app/dist/bin.js',
      'serve',
    ]);
    expect(words('CMD')).toEqual([CONFIGURATION]);
    const manifest = JSON.parse(readFileSync(`${ROOT}/packages/cli/package.json`, 'utf8'));
    expect(manifest.bin).toEqual({ embedllm: './dist/bin.js' });
    expect(only('STOPSIGNAL').getArgumentsContent()).toBe('SIGTERM');
  });

  it('is healthy as long as /healthz of its port answers', () => {
    expect(only('EXPOSE').getArgumentsContent()).toBe(String(PORT));
    const [program, flag, script = ''] = words('HEALTHCHECK');
    expect([program, flag]).toEqual(['node', '-e']);
    expect(script).toContain(`http://127.0.0.1:${PORT}/healthz`);
    expect(() => new Function(script)).not.toThrow();
  });

  it('is built with the pnpm of the workspace', () => {
    const { packageManager } = JSON.parse(readFileSync(`${ROOT}/package.json`, 'utf8'));
    const builds = instructions.slice(0, last).map((one) => one.toString());
    expect(builds.join('\n')).toContain(`npm exec --yes -- ${packageManager} `);
  });

  it('names packages of the catalog', () => {
    const { catalog } = parse(readFileSync(`${ROOT}/pnpm-workspace.yaml`, 'utf8')) as {
      catalog: Record<string, string>;
    };
    const packages = /ARG PACKAGES="(.*)"/.exec(readDeployment('Dockerfile'))?.[1]?.split(' ');
    expect(packages?.length).toBeGreaterThan(0);
    for (const name of packages ?? []) {
      expect(name).toMatch(/@catalog:$/);
      expect(catalog).toHaveProperty([name.replace('@catalog:', '')]);
    }
  });

  it('leaves out what is built, what is installed and what is secret', () => {
    const ignored = readDeployment('Dockerfile.dockerignore').split('\n');
    for (const path of ['**/node_modules', '**/dist', '**/.env*', '.git']) {
      expect(ignored).toContain(path);
    }
    expect(existsSync(`${ROOT}/.dockerignore`)).toBe(false);
  });
});
