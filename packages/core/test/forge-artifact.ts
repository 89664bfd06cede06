import { EmbedLLMError, sha256 } from '@embedllm/internals';
import {
  type ArtifactConfig,
  formatArtifactConfig,
  parseArtifactConfig,
} from '../src/artifact/artifact-config.js';
import { decodeArtifact } from '../src/artifact/decode-artifact.js';

export type ArtifactFiles = ReadonlyMap<string, Uint8Array>;

export function encodeText(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function textOf(files: ArtifactFiles, path: string): string {
  return new TextDecoder().decode(files.get(path));
}

/** The error with which the files are refused as an artifact from `folder`. */
export async function refusal(files: ArtifactFiles): Promise<EmbedLLMError> {
  const error: unknown = await decodeArtifact(files, { source: 'folder' }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof EmbedLLMError)) throw new Error(`Not refused: ${String(error)}`);
  return error;
}

/** The artifact with some files replaced, every hash and the checksum made to fit again. */
export async function forge(
  intact: ArtifactFiles,
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
    encodeText(await formatArtifactConfig({ ...forged, ...change(forged) })),
  );
}

/** `config.json` with its values changed and the checksum made to fit again. */
export async function forgeConfig(
  intact: ArtifactFiles,
  change: (config: Record<string, unknown>) => void,
): Promise<Map<string, Uint8Array>> {
  const config: Record<string, unknown> = JSON.parse(textOf(intact, 'config.json'));
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
  const checksum = `sha256:${await sha256(encodeText(JSON.stringify(sort(config))))}`;
  return new Map(intact).set('config.json', encodeText(JSON.stringify({ ...config, checksum })));
}
