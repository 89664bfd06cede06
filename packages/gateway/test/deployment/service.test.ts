import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { parseGatewayConfiguration } from '../../src/index.js';
import {
  CONFIGURATION,
  DEPLOY,
  KEYS,
  readDeployment,
  readYaml,
  STATE,
} from './deployment-files.js';

const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;
const lines = readDeployment('embedllm-gateway.service').split('\n');

function setting(name: string): string | undefined {
  return lines.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1);
}

describe('the unit of systemd', () => {
  it.skipIf(!hasSystemd)('is one, by systemd-analyze', () => {
    const unit = `${DEPLOY}/embedllm-gateway.service`;
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', unit], { encoding: 'utf8' });
    // It also looks for programs that are not on this machine.
    expect(stderr).not.toContain('embedllm-gateway.service:');
    expect(status).toBe(0);
  });

  it.skipIf(!hasSystemd)('exposes little, by systemd-analyze', () => {
    const unit = `${DEPLOY}/embedllm-gateway.service`;
    // In tenths; a unit without any of these settings has 96.
    const most = ['--offline=true', '--threshold=11', '--no-pager'];
    const analysis = ['security', ...most, unit];
    const { status, stdout } = spawnSync('systemd-analyze', analysis, { encoding: 'utf8' });
    expect(stdout).toContain('Overall exposure level');
    expect(status).toBe(0);
  });

  it('checks the configuration, then serves it, and reloads it by a signal', () => {
    expect(setting('ExecStart')).toBe(`/usr/bin/env embedllm serve ${CONFIGURATION}`);
    expect(setting('ExecStartPre')).toBe(`${setting('ExecStart')} --check`);
    expect(setting('ExecReload')).toBe('/bin/kill -HUP $MAINPID');
  });

  it('waits for answers when it stops, and leaves the signal to the main process', () => {
    const configuration = readYaml<object>('gateway.yaml');
    const { server, limits } = parseGatewayConfiguration(configuration, { environment: KEYS });
    const seconds = Number(setting('TimeoutStopSec'));
    expect(seconds * 1000).toBeGreaterThan(server.drainMs + server.shutdownTimeoutMs + 1000);
    expect(setting('KillMode')).toBe('mixed');
    expect(limits.ledger).toBe(`${STATE}/limits.jsonl`);
    expect(`/var/lib/${setting('StateDirectory')}`).toBe(STATE);
  });

  it('runs as a user without rights', () => {
    expect(setting('DynamicUser')).toBe('yes');
    expect(setting('NoNewPrivileges')).toBe('yes');
    expect(setting('CapabilityBoundingSet')).toBe('');
    expect(setting('ProtectSystem')).toBe('strict');
    // V8 writes the code that it runs.
    expect(setting('MemoryDenyWriteExecute')).toBeUndefined();
  });
});
