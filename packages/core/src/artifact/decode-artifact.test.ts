import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { sampleArtifact } from '../../test/sample-artifact.js';
import { EmbedLLMError } from '../errors.js';
import { isPlainObject } from '../json/canonical-json.js';
import { readSafetensors, writeSafetensors } from '../tensors/safetensors.js';
import type { Tensor } from '../tensors/tensor.js';
import {
  type ArtifactConfig,
  formatArtifactConfig,
  parseArtifactConfig,
} from './artifact-config.js';
import { decodeArtifact } from './decode-artifact.js';
import { encodeArtifact } from './encode-artifact.js';
import { sha256 } from './sha256.js';

let intact: Map<string, Uint8Array>;
beforeAll(async () => {
  intact = await encodeArtifact(sampleArtifact());
});

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (path: string): string => new TextDecoder().decode(intact.get(path));

async function refusal(files: ReadonlyMap<string, Uint8Array>): Promise<EmbedLLMError> {
  const error: unknown = await decodeArtifact(files, { source: 'folder' }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof EmbedLLMError)) throw new Error(`Not refused: ${String(error)}`);
  return error;
}

/** The artifact with some files replaced, every hash and the checksum made to fit again. */
async function forge(
  replaced: ReadonlyArray<[string, Uint8Array]>,
  change: (config: ArtifactConfig) => Partial<ArtifactConfig> = () => ({}),
): Promise<Map<string, Uint8Array>> {
  const files = new Map([...intact, ...replaced]);
  const config = await parseArtifactConfig(intact.get('config.json')!, 'folder');
  const records = new Map(config.files);
  for (const [path, bytes] of replaced) {
    records.set(path, { bytes: bytes.length, sha256: await sha256(bytes) });
  }
  const forged = { ...config, files: records };
  return files.set(
    'config.json',
    encode(await formatArtifactConfig({ ...forged, ...change(forged) })),
  );
}

/** `config.json` with its values changed and the checksum made to fit again. */
async function forgeConfig(
  change: (config: Record<string, unknown>) => void,
): Promise<Map<string, Uint8Array>> {
  const config: Record<string, unknown> = JSON.parse(textOf('config.json'));
  change(config);
  delete config.checksum;
  const sort = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(sort);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(entries.map(([key, item]) => [key, sort(item)]));
  };
  const checksum = `sha256:${await sha256(encode(JSON.stringify(sort(config))))}`;
  return new Map(intact).set('config.json', encode(JSON.stringify({ ...config, checksum })));
}

function assign(config: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [key = '', ...rest] = path;
  const inner = config[key];
  if (rest.length === 0) config[key] = value;
  else if (isPlainObject(inner)) assign(inner, rest, value);
}

const hashed = (): string[] => [...intact.keys()].filter((path) => path !== 'README.md');

describe('decodeArtifact', () => {
  it('accepts a forged artifact whose parts agree, so that the refusals below mean something', async () => {
    await decodeArtifact(await forge([]), { source: 'folder' });
    await decodeArtifact(await forgeConfig(() => {}), { source: 'folder' });
  });

  it('accepts a config laid out anew, since the checksum covers the contents', async () => {
    const compact = JSON.stringify(JSON.parse(textOf('config.json')));
    await decodeArtifact(new Map(intact).set('config.json', encode(compact)), { source: 'folder' });
  });

  it('accepts an edited or missing model card, and files that the config does not list', async () => {
    const edited = new Map(intact).set('README.md', encode('# Edited'));
    edited.set('notes.txt', encode('x'));
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

  it('refuses each single flipped bit of config.json', async () => {
    const bytes = intact.get('config.json')!;
    for (let position = 0; position < bytes.length; position++) {
      const changed = bytes.slice();
      changed[position]! ^= 1 << ((position * 5) % 8);
      const error = await refusal(new Map(intact).set('config.json', changed));
      expect(error.message).toContain('folder/config.json');
    }
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
      return forge([['model.safetensors', writeSafetensors(tensors)]]);
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
    const error = await refusal(await forge([['model.safetensors', encode('not a tensor file')]]));
    expect(error.message).toMatch(/^folder\/model\.safetensors: The header is said to take/);
    expect(error.code).toBe('invalid-artifact');
  });

  it('refuses sizes in the config that the tensors do not have', async () => {
    const files = await forge([], () => ({ dimensions: 5 }));
    expect((await refusal(files)).message).toMatch(/model\.safetensors, field .*calls for F32/);
  });

  it('refuses a models.json that does not fit the config', async () => {
    const models: Array<Record<string, unknown>> = JSON.parse(textOf('models.json'));
    const cases: Array<[unknown, RegExp]> = [
      [models.slice(1), /models\.json: Lists 2 models, but the config names 3/],
      [[models[1], models[0], models[2]], /models\.json, row 1, field name: Is "org/],
      [{ models }, /models\.json: Not a JSON list/],
      [[models[0], models[1], 'x'], /models\.json, row 3: Not a JSON object/],
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
      const error = await refusal(await forge([['models.json', encode(JSON.stringify(list))]]));
      expect(error.message).toMatch(message);
      expect(error.code).toBe('invalid-artifact');
    }
  });

  it('refuses prototype keys and repeated keys in its JSON files', async () => {
    const polluted = `[{"name":"x","__proto__":{"a":1}}]`;
    expect((await refusal(await forge([['models.json', encode(polluted)]]))).message).toMatch(
      /models\.json: The key "__proto__" is not accepted/,
    );
    const twice = textOf('config.json').replace('{', '{"dimensions": 4,');
    expect((await refusal(new Map(intact).set('config.json', encode(twice)))).message).toMatch(
      /config\.json: The key "dimensions" occurs twice/,
    );
    expect(({} as Record<string, unknown>).a).toBeUndefined();
  });

  it('refuses file names that lead out of the folder or are no part of an artifact', async () => {
    for (const path of [
      '../model.safetensors',
      'encoder/../../x',
      'encoder/a/b',
      'encoder\\x',
      'encoder/..',
      'encoder/.hidden',
      'encoder/',
      '/etc/passwd',
      'C:\\x',
      'encoder/C:x',
      'encoder/x\u0000',
      'config.json',
      'README.md',
      'model.safetensors/',
      'code.js',
    ]) {
      const files = await forge([[path, new Uint8Array()]]);
      expect((await refusal(files)).message).toMatch(
        /config\.json, field files\..*is not one that/,
      );
    }
  });

  it('refuses encoder files that differ only in case', async () => {
    const files = await forge([['encoder/Vocabulary.json', encode('{}')]]);
    expect((await refusal(files)).message).toMatch(/only in case/);
  });

  it('tells another version from a damaged artifact', async () => {
    for (const version of [2, 0, 1000]) {
      const error = await refusal(
        await forgeConfig((config) => {
          config.formatVersion = version;
          config.files = 'of another form';
        }),
      );
      expect(error.code).toBe('unsupported-version');
      expect(error.message).toMatch(
        `folder/config.json: The artifact has format version ${version}; this release reads version 1.`,
      );
    }
  });

  it('says when something is no artifact at all', async () => {
    const cases: Array<[string, RegExp]> = [
      ['{"architectures":["BertModel"]}', /Not an EmbedLLM artifact/],
      ['{"format":"other"}', /Not an EmbedLLM artifact/],
      ['[]', /Not a JSON object/],
      ['<html>404</html>', /Not valid JSON/],
      ['', /Not valid JSON/],
      ['{"format":"embedllm"}', /field formatVersion: Must be an integer/],
      ['{"format":"embedllm","formatVersion":"1"}', /field formatVersion: Must be an integer/],
    ];
    for (const [text, message] of cases) {
      const error = await refusal(new Map(intact).set('config.json', encode(text)));
      expect(error.code).toBe('invalid-artifact');
      expect(error.message).toMatch(/^folder\/config\.json/);
      expect(error.message).toMatch(message);
    }
    expect((await refusal(new Map())).message).toBe('folder/config.json: The file is missing.');
  });

  it('refuses fields of the config that are missing or of another kind', async () => {
    const missing = undefined;
    const fields: Array<[path: string[], value: unknown]> = [
      [['dimensions'], missing],
      [['dimensions'], 4.5],
      [['questionDimensions'], -6],
      [['modelCount'], 4],
      [['modelNames'], [1, 2, 3]],
      [['modelNames'], ['a', 'a', 'b']],
      [['encoder'], null],
      [['encoder', 'id'], missing],
      [['encoder', 'fingerprint'], 1],
      [['encoder', 'dimensions'], 7],
      [['encoder', 'settings'], []],
      [['training'], missing],
      [['training', 'counts', 'labels'], '290'],
      [['training', 'settings'], missing],
      [['metrics'], []],
      [['metrics', 'auroc'], '0.8'],
      [['files'], missing],
      [['files', 'models.json'], missing],
      [['files', 'model.safetensors'], missing],
      [['files', 'models.json', 'sha256'], 'ABC'],
      [['files', 'models.json', 'bytes'], missing],
      [['modelCardSha256'], 1],
    ];
    for (const [path, value] of fields) {
      const error = await refusal(await forgeConfig((config) => assign(config, path, value)));
      expect(error).toMatchObject({
        code: 'invalid-artifact',
        location: { file: 'folder/config.json', field: path.join('.') },
      });
    }
  });

  it('hands over settings as they were, whatever their keys', async () => {
    const settings = { constructor: 1, toString: { hasOwnProperty: null }, '': [] };
    const artifact = sampleArtifact();
    const encoder = { ...artifact.encoder, settings };
    const files = await encodeArtifact({ ...artifact, encoder });
    const read = await decodeArtifact(files, { source: 'folder' });
    expect(Object.entries(read.encoder.settings!).sort()).toEqual(Object.entries(settings).sort());
  });
});
