import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodeText, forge, forgeConfig, refusal, textOf } from '../../test/forge-artifact.js';
import { sampleArtifact } from '../../test/sample-artifact.js';
import { readSafetensors, writeSafetensors } from '../tensors/safetensors.js';
import type { Tensor } from '../tensors/tensor.js';
import { decodeArtifact } from './decode-artifact.js';
import { encodeArtifact } from './encode-artifact.js';

let intact: Map<string, Uint8Array>;
beforeAll(async () => {
  intact = await encodeArtifact(sampleArtifact());
});

const hashed = (): string[] => [...intact.keys()].filter((path) => path !== 'README.md');

describe('decodeArtifact', () => {
  it('accepts a forged artifact whose parts agree, so that the refusals below mean something', async () => {
    await decodeArtifact(await forge(intact, []), { source: 'folder' });
    await decodeArtifact(await forgeConfig(intact, () => {}), { source: 'folder' });
  });

  it('accepts an edited or missing model card, and files that the config does not list', async () => {
    const edited = new Map(intact).set('README.md', encodeText('# Edited'));
    edited.set('notes.txt', encodeText('x'));
    expect((await decodeArtifact(edited, { source: 'folder' })).modelCard).toBe('# Edited');
    const bare = new Map(intact);
    bare.delete('README.md');
    expect(await decodeArtifact(bare, { source: 'folder' })).not.toHaveProperty('modelCard');
  });

  it('refuses every file cut off at any length, and names it', async () => {
    for (const path of hashed()) {
      const bytes = intact.get(path)!;
      const step = Math.max(1, Math.floor(bytes.length / 60));
      for (let length = 0; length < bytes.length; length += step) {
        // The newline that ends config.json carries nothing.
        if (path === 'config.json' && length === bytes.length - 1) continue;
        const error = await refusal(new Map(intact).set(path, bytes.subarray(0, length)));
        expect(error.code).toBe('invalid-artifact');
        expect(error.message).toContain(`folder/${path}`);
      }
    }
  });

  it('refuses every file with any bit flipped, and names it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...hashed().filter((path) => intact.get(path)!.length > 0)),
        fc.nat(),
        fc.nat(7),
        async (path, position, bit) => {
          const changed = intact.get(path)!.slice();
          changed[position % changed.length]! ^= 1 << bit;
          const error = await refusal(new Map(intact).set(path, changed));
          // A flipped bit in the version makes it another one.
          expect(['invalid-artifact', 'unsupported-version']).toContain(error.code);
          expect(error.message).toContain(`folder/${path}`);
        },
      ),
      { numRuns: 600 },
    );
  });

  it('refuses a file that grew', async () => {
    for (const path of hashed().filter((name) => name !== 'config.json')) {
      const grown = Uint8Array.from([...intact.get(path)!, 0]);
      expect((await refusal(new Map(intact).set(path, grown))).message).toMatch(
        new RegExp(`^folder/${path}: The file has ${grown.length} bytes, but the config lists`),
      );
    }
  });

  it('refuses a missing file, and names it', async () => {
    for (const path of hashed()) {
      const files = new Map(intact);
      files.delete(path);
      const error = await refusal(files);
      expect(error).toMatchObject({
        code: 'invalid-artifact',
        location: { file: `folder/${path}` },
      });
      expect(error.message).toBe(`folder/${path}: The file is missing.`);
    }
  });

  it('refuses tensors of another shape or type, unknown, missing or not finite ones', async () => {
    const change = (edit: (tensors: Map<string, Tensor>) => void) => {
      const { tensors } = readSafetensors(intact.get('model.safetensors')!);
      edit(tensors);
      return forge(intact, [['model.safetensors', writeSafetensors(tensors)]]);
    };
    const filled = (shape: number[], value: number): Tensor => ({
      dtype: 'F32',
      shape,
      data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(value),
    });
    const cases: Array<[string, (tensors: Map<string, Tensor>) => void, RegExp]> = [
      ['P.weight', (t) => t.set('P.weight', filled([4, 3], 1)), /F32 \[4, 3\].*F32 \[3, 4\]/],
      ['text_proj.weight', (t) => t.set('text_proj.weight', filled([4, 7], 1)), /\[4, 6\]/],
      [
        'text_proj.bias',
        (t) => t.set('text_proj.bias', filled([1, 4], 1)),
        /F32 \[1, 4\].*F32 \[4\]/,
      ],
      ['classifier.weight', (t) => t.set('classifier.weight', filled([3, 4], 1)), /F32 \[2, 4\]/],
      [
        'classifier.bias',
        (t) => t.set('classifier.bias', { dtype: 'F64', shape: [2], data: new Float64Array(2) }),
        /is F64 \[2\]/,
      ],
      ['extra', (t) => t.set('extra', filled([1], 1)), /no such tensor/],
      ['__proto__', (t) => t.set('__proto__', filled([1], 1)), /no such tensor/],
      ['P.weight', (t) => t.delete('P.weight'), /The tensor is missing/],
      ['P.weight', (t) => t.set('P.weight', filled([3, 4], Number.NaN)), /row 0, column 0.*NaN/],
      ['text_proj.bias', (t) => t.set('text_proj.bias', filled([4], Infinity)), /is Infinity/],
    ];
    for (const [name, edit, message] of cases) {
      const error = await refusal(await change(edit));
      expect(error).toMatchObject({
        code: 'invalid-artifact',
        location: { file: 'folder/model.safetensors', field: name },
      });
      expect(error.message).toMatch(message);
      expect(error.message).toContain(`folder/model.safetensors, field ${name}: `);
    }
  });

  it('refuses a damaged safetensors file whose hash fits', async () => {
    const error = await refusal(
      await forge(intact, [['model.safetensors', encodeText('not a tensor file')]]),
    );
    expect(error.message).toMatch(/^folder\/model\.safetensors: The file declares a header/);
    expect(error.code).toBe('invalid-artifact');
  });

  it('refuses sizes in the config that the tensors do not have', async () => {
    const files = await forge(intact, [], () => ({ dimensions: 5 }));
    expect((await refusal(files)).message).toMatch(/model\.safetensors, field .*calls for F32/);
  });

  it('refuses a models.json that does not fit the config', async () => {
    const models: Array<Record<string, unknown>> = JSON.parse(textOf(intact, 'models.json'));
    const cases: Array<[unknown, RegExp]> = [
      [models.slice(1), /models\.json: Has 2 models, but the config names 3/],
      [[models[1], models[0], models[2]], /models\.json, row 1, field name: Is "org/],
      [{ models }, /models\.json: Must be a JSON list/],
      [[models[0], models[1], 'x'], /models\.json, row 3: Must be a JSON object/],
      [[models[0], models[1], {}], /row 3, field name: Must be a string, but it is missing/],
      [
        [{ ...models[0], family: 1 }, models[1], models[2]],
        /row 1, field family: Must be a string/,
      ],
      [
        [{ ...models[0], pricePerMillionOutputTokens: -1 }, models[1], models[2]],
        /row 1, field pricePerMillionOutputTokens: Must be at least 0, but it is -1/,
      ],
      [
        [{ ...models[0], parametersBillion: '8' }, models[1], models[2]],
        /row 1, field parametersBillion: Must be a finite number, but it is "8"/,
      ],
      [
        [{ ...models[0], latencyMs: -5 }, models[1], models[2]],
        /row 1, field latencyMs: Must be at least 0, but it is -5/,
      ],
      [
        [{ ...models[0], capabilities: ['tools', 1] }, models[1], models[2]],
        /row 1, field capabilities: Must be a list of strings/,
      ],
      [[{ ...models[0], metadata: [] }, models[1], models[2]], /field metadata: Must be an object/],
    ];
    for (const [list, message] of cases) {
      const error = await refusal(
        await forge(intact, [['models.json', encodeText(JSON.stringify(list))]]),
      );
      expect(error.message).toMatch(message);
      expect(error.code).toBe('invalid-artifact');
    }
  });
});
