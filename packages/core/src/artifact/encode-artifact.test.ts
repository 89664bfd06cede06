import { describe, expect, it } from 'vitest';
import { bitsOf, randomMatrix, sampleArtifact } from '../../test/sample-artifact.js';
import { readSafetensors } from '../tensors/safetensors.js';
import type { Artifact } from './artifact.js';
import { decodeArtifact } from './decode-artifact.js';
import { encodeArtifact } from './encode-artifact.js';

const roundTrip = async (artifact: Artifact): Promise<Artifact> =>
  decodeArtifact(await encodeArtifact(artifact), { source: 'memory' });

describe('encodeArtifact', () => {
  it('gives back every part, and bit-equal scores', async () => {
    const artifact = sampleArtifact();
    const { model, modelCard, ...rest } = await roundTrip(artifact);
    const { model: original, ...expected } = artifact;
    expect(rest).toEqual(expected);
    expect(modelCard).toContain('`org/llama-3 "8B"`');
    expect(model.models).toEqual(original.models);
    const questions = randomMatrix(50, 6, 9);
    expect(bitsOf(model.score(questions))).toEqual(bitsOf(original.score(questions)));
    expect(bitsOf(model.fold().weights)).toEqual(bitsOf(original.fold().weights));
  });

  it('keeps all that is known about a model, and the calibration in a hashed file', async () => {
    const artifact = sampleArtifact();
    const described = {
      ...artifact.models[0]!,
      pricePerMillionInputTokens: 0.5,
      meanOutputTokens: 410,
      contextLength: 128_000,
      latencyMs: 900,
      capabilities: ['tools', 'vision'],
      regions: ['eu'],
    };
    const full = {
      ...artifact,
      models: [described, ...artifact.models.slice(1)],
      learning: { version: 1, beliefs: { a: [1.5] } },
      calibration: {
        method: 'temperature',
        models: ['a'],
        scales: [0.5],
        pooledScale: 1,
      } as const,
    };
    const back = await roundTrip(full);
    expect(back.models[0]).toEqual(described);
    expect(back.calibration).toEqual(full.calibration);
    expect(back.learning).toEqual(full.learning);
    const files = await encodeArtifact(full);
    files.set('calibration.json', new TextEncoder().encode('{"method":"temperature"}'));
    await expect(decodeArtifact(files, { source: 'memory' })).rejects.toThrow(/calibration\.json/);
    await expect(
      encodeArtifact({ ...full, calibration: { ...full.calibration, pooledScale: Number.NaN } }),
    ).rejects.toMatchObject({ code: 'invalid-argument' });
  });

  it('keeps what a training warned of, and says it in the card', async () => {
    const artifact = sampleArtifact();
    const message = 'All labels are 1 <b>.';
    const warnings = [{ code: 'constant-labels', message }];
    const back = await roundTrip({ ...artifact, training: { ...artifact.training, warnings } });
    expect(back.training.warnings).toEqual(warnings);
    expect(back.modelCard).toContain(
      '### Warnings\n\n- `constant-labels`: All labels are 1 \\<b\\>.\n',
    );
    const malformed = { code: 3, message } as never;
    const files = await encodeArtifact({
      ...artifact,
      modelCard: 'A card.\n',
      training: { ...artifact.training, warnings: [malformed] },
    });
    await expect(decodeArtifact(files, { source: 'memory' })).rejects.toThrow(
      /training\.warnings\.0\.code/,
    );
  });

  it('gives the same bytes for the same artifact, also after reading it back', async () => {
    const files = await encodeArtifact(sampleArtifact());
    expect(await encodeArtifact(sampleArtifact())).toEqual(files);
    expect(await encodeArtifact(await decodeArtifact(files, { source: 'memory' }))).toEqual(files);
  });

  it('uses the published tensor names and one file each for the other parts', async () => {
    const files = await encodeArtifact(sampleArtifact());
    expect([...files.keys()].sort()).toEqual([
      'README.md',
      'calibration.json',
      'config.json',
      'encoder/components.safetensors',
      'encoder/empty.bin',
      'encoder/vocabulary.json',
      'model.safetensors',
      'models.json',
    ]);
    const { tensors } = readSafetensors(files.get('model.safetensors')!);
    const shapes = Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape]));
    expect(shapes).toEqual({
      'P.weight': [3, 4],
      'text_proj.weight': [4, 6],
      'text_proj.bias': [4],
      'classifier.weight': [2, 4],
      'classifier.bias': [2],
    });
  });

  it('keeps the model card that is given, and writes one with front matter otherwise', async () => {
    const own = await roundTrip({ ...sampleArtifact(), modelCard: '# Mine\n' });
    expect(own.modelCard).toBe('# Mine\n');
    const { modelCard } = await roundTrip(sampleArtifact());
    expect(modelCard).toMatch(/^---\nlibrary_name: embedllm\n[\s\S]*?\n---\n/);
    expect(modelCard).toContain('| `test.auroc` | 0.8050001 |');
    expect(modelCard).toContain('## Limits');
  });

  it('says in the model card what is known of the data, the settings and the models', async () => {
    const artifact = sampleArtifact();
    const [first, ...others] = artifact.models;
    const { modelCard } = await roundTrip({
      ...artifact,
      models: [
        {
          ...first,
          ...{ name: first?.name ?? '', family: 'a|b', pricePerMillionOutputTokens: 0.5 },
          ...{ latencyMs: 900, capabilities: ['tools', 'vision'], regions: ['eu'] },
        },
        ...others.map(({ name }) => ({ name })),
      ],
      training: {
        solver: 'direct',
        settings: { ridge: 0.3, rank: 8 },
        dataFingerprint: 'sha256:abc',
        counts: { questions: 10, models: 2, labels: 15 },
      },
    });
    expect(modelCard).toContain('10 questions, 2 models, 15 labels (75.0% of all)');
    expect(modelCard).toContain('`sha256:abc`');
    expect(modelCard).toContain('Solver: `direct`; `rank = 8`, `ridge = 0.3`');
    expect(modelCard).toContain(
      '| Model | Family | USD / 10⁶ output tokens | Latency (ms) | Capabilities | Regions |',
    );
    expect(modelCard).toContain('| `a\\|b` | 0.5 | 900 | `tools, vision` | `eu` |');
  });

  it('lets no name break out of its place in the model card', async () => {
    const artifact = sampleArtifact();
    const hostile = { ...artifact.encoder, id: 'x`\n---\n# <script>' };
    const { modelCard } = await roundTrip({
      ...artifact,
      encoder: hostile,
      metrics: { 'a|b\n| c': 1 },
    });
    expect(modelCard).toContain('- Question encoder: `x --- # <script>`, 6 dimensions');
    expect(modelCard).toContain('| `a\\|b \\| c` | 1 |');
  });

  it('works for an encoder without settings and files, and for an artifact without metrics', async () => {
    const { model, models, training } = sampleArtifact();
    const encoder = { id: 'transformers:x', fingerprint: 'x', dimensions: 6 };
    const artifact = { model, models, training, encoder, metrics: {} };
    const { modelCard, ...rest } = await roundTrip(artifact);
    expect(Object.keys(rest.encoder)).toEqual(['id', 'fingerprint', 'dimensions']);
    expect(rest).toMatchObject({ models, training, encoder, metrics: {} });
    expect(modelCard).not.toContain('## Metrics');
  });

  it('keeps fields of a model that it does not know', async () => {
    const artifact = sampleArtifact();
    const models = artifact.models.map((model) => ({ ...model, contextTokens: 8192 }));
    expect((await roundTrip({ ...artifact, models })).models).toEqual(models);
  });

  it('refuses parts that do not belong together', async () => {
    const artifact = sampleArtifact();
    const { models, encoder, training } = artifact;
    const [first, second, third] = models;
    const withFile = (name: string): Artifact => ({
      ...artifact,
      encoder: { ...encoder, files: new Map([[name, new Uint8Array()]]) },
    });
    const cases: Array<[Artifact, RegExp]> = [
      [{ ...artifact, models: [first!, second!] }, /describes 2 models, but the model has 3/],
      [{ ...artifact, models: [second!, first!, third!] }, /models\[0\] is "org/],
      [{ ...artifact, encoder: { ...encoder, dimensions: 7 } }, /produces 7 dimensions/],
      [{ ...artifact, metrics: { auroc: Number.NaN } }, /metric auroc is NaN/],
      [
        { ...artifact, training: { ...training, settings: { when: new Date(0) } } },
        /training\.settings\.when is of type Date/,
      ],
      [
        { ...artifact, models: [first!, second!, { ...third!, metadata: { f: () => 1 } }] },
        /models\[2\]\.metadata\.f is of type function/,
      ],
      ...[
        '..',
        '../x',
        'a/b',
        'a\\b',
        '/x',
        '.hidden',
        '',
        'nul',
        'COM1.txt',
        'x.',
        'ü',
        'a b',
      ].map((name): [Artifact, RegExp] => [withFile(name), /encoder file name/]),
      [
        {
          ...artifact,
          encoder: {
            ...encoder,
            files: new Map([
              ['a.bin', new Uint8Array()],
              ['A.bin', new Uint8Array()],
            ]),
          },
        },
        /differ from the others in more than case/,
      ],
      [
        { ...artifact, modelCard: 'x'.repeat(16 * 1024 * 1024 + 1) },
        /README\.md would be larger than/,
      ],
    ];
    for (const [broken, message] of cases) {
      await expect(encodeArtifact(broken)).rejects.toThrow(
        expect.objectContaining({
          code: 'invalid-argument',
          message: expect.stringMatching(message),
        }),
      );
    }
  });
});
