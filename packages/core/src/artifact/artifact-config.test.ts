import { beforeAll, describe, expect, it } from 'vitest';
import { encodeText, forge, forgeConfig, refusal, textOf } from '../../test/forge-artifact.js';
import { sampleArtifact } from '../../test/sample-artifact.js';
import { isPlainObject } from '../json/canonical-json.js';
import { decodeArtifact } from './decode-artifact.js';
import { encodeArtifact } from './encode-artifact.js';

let intact: Map<string, Uint8Array>;
beforeAll(async () => {
  intact = await encodeArtifact(sampleArtifact());
});

function assign(config: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [key = '', ...rest] = path;
  const inner = config[key];
  if (rest.length === 0) config[key] = value;
  else if (isPlainObject(inner)) assign(inner, rest, value);
}

describe('the config of an artifact', () => {
  it('accepts a config laid out again, since the checksum covers the contents', async () => {
    const compact = JSON.stringify(JSON.parse(textOf(intact, 'config.json')));
    await decodeArtifact(new Map(intact).set('config.json', encodeText(compact)), {
      source: 'folder',
    });
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

  it('refuses prototype keys and repeated keys in its JSON files', async () => {
    const polluted = `[{"name":"x","__proto__":{"a":1}}]`;
    expect(
      (await refusal(await forge(intact, [['models.json', encodeText(polluted)]]))).message,
    ).toMatch(/models\.json: The key "__proto__" is not allowed/);
    const twice = textOf(intact, 'config.json').replace('{', '{"dimensions": 4,');
    expect((await refusal(new Map(intact).set('config.json', encodeText(twice)))).message).toMatch(
      /config\.json: The key "dimensions" occurs twice/,
    );
    expect(({} as Record<string, unknown>).a).toBeUndefined();
  });

  it('refuses file names that lead out of the folder or are not part of an artifact', async () => {
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
      const files = await forge(intact, [[path, new Uint8Array()]]);
      expect((await refusal(files)).message).toMatch(
        /config\.json, field files\..*is not a file name that/,
      );
    }
  });

  it('refuses encoder files that differ only in case', async () => {
    const files = await forge(intact, [['encoder/Vocabulary.json', encodeText('{}')]]);
    expect((await refusal(files)).message).toMatch(/only in case/);
  });

  it('refuses a calibration that is not an object', async () => {
    const error = await refusal(await forge(intact, [['calibration.json', encodeText('[1]')]]));
    expect(error.message).toBe('folder/calibration.json: Must be a JSON object.');
  });

  it('tells another version from a damaged artifact', async () => {
    for (const version of [2, 0, 1000]) {
      const error = await refusal(
        await forgeConfig(intact, (config) => {
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

  it('says when something is not an artifact at all', async () => {
    const cases: Array<[string, RegExp]> = [
      ['{"architectures":["BertModel"]}', /Not an EmbedLLM artifact/],
      ['{"format":"other"}', /Not an EmbedLLM artifact/],
      ['[]', /Must be a JSON object/],
      ['<html>404</html>', /Not valid JSON/],
      ['', /Not valid JSON/],
      ['{"format":"embedllm"}', /field formatVersion: Must be an integer/],
      ['{"format":"embedllm","formatVersion":"1"}', /field formatVersion: Must be an integer/],
    ];
    for (const [text, message] of cases) {
      const error = await refusal(new Map(intact).set('config.json', encodeText(text)));
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
      const error = await refusal(
        await forgeConfig(intact, (config) => assign(config, path, value)),
      );
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
