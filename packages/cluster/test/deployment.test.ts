import { readFileSync } from 'node:fs';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { Job } from 'kubernetes-models/batch/v1/Job';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const read = (name: string): string =>
  readFileSync(new URL(`../deploy/${name}`, import.meta.url), 'utf8');

describe('the deployment files', () => {
  it('are valid Kubernetes manifests', () => {
    expect(() => new Deployment(parse(read('worker-deployment.yaml'))).validate()).not.toThrow();
    expect(() => new Job(parse(read('worker-job.yaml'))).validate()).not.toThrow();
  });

  it('use flags that embedllm worker has', () => {
    const source = new URL('../../cli/src/commands/worker/command.ts', import.meta.url);
    const command = readFileSync(source, 'utf8');
    const deployment = parse(read('worker-deployment.yaml'));
    const job = parse(read('worker-job.yaml'));
    const slurm = /worker (.+)$/m.exec(read('workers.sbatch').split('srun')[1] ?? '')?.[1] ?? '';
    const used = [
      ...deployment.spec.template.spec.containers[0].args,
      ...job.spec.template.spec.containers[0].args,
      ...slurm.split(' '),
    ].filter((word: string) => word.startsWith('--'));
    expect(used.length).toBeGreaterThan(5);
    for (const flag of used) expect(command).toContain(`'${flag} `);
  });

  it('give a worker more memory than its parts take', () => {
    for (const name of ['worker-deployment.yaml', 'worker-job.yaml']) {
      const [container] = parse(read(name)).spec.template.spec.containers;
      const parts = Number(container.args[container.args.indexOf('--memory') + 1]);
      expect(container.resources.limits.memory).toBe(`${(2 * parts) / 1024}Gi`);
    }
  });

  it('give a worker a folder for what it imports', () => {
    for (const name of ['worker-deployment.yaml', 'worker-job.yaml']) {
      const { containers, volumes } = parse(read(name)).spec.template.spec;
      const [{ securityContext, volumeMounts }] = containers;
      expect(securityContext.readOnlyRootFilesystem).toBe(true);
      expect(volumeMounts).toEqual([{ name: volumes[0].name, mountPath: '/tmp' }]);
      expect(volumes[0]).toHaveProperty('emptyDir');
    }
  });
});
