import { checkBytes, checkObject, DataError } from '@embedllm/internals';
import { type HeaderEntry, readSafetensorsHeader } from './safetensors-header.js';
import { BYTES_PER_ELEMENT, countElements, type Tensor } from './tensor.js';
import { tensorBytes, tensorFromBytes } from './tensor-bytes.js';

const DTYPE_ORDER: readonly string[] = Object.keys(BYTES_PER_ELEMENT);

/** Options of `readSafetensors`. */
export interface ReadSafetensorsOptions {
  /** Where the bytes came from, for error messages. */
  readonly file?: string | undefined;
}

/** What a safetensors file holds. */
export interface SafetensorsFile {
  /** By name, in the order in which their data lie in the file. */
  readonly tensors: Map<string, Tensor>;
  /** The format's `__metadata__`; without prototype, so that any key is safe to look up. */
  readonly metadata: Record<string, string>;
}

/**
 * Reads a file in the safetensors format (https://github.com/huggingface/safetensors).
 *
 * Tensors are views of `bytes` wherever the alignment allows it, else copies. The checks are
 * those of the format: the data of the tensors cover the rest of the file without holes or
 * overlaps, in the sizes that the shapes call for. Costs one pass over the header; the data are
 * not looked at, except that BOOL must be 0 or 1.
 *
 * @throws DataError `invalid-data`, naming the file and the tensor.
 */
export function readSafetensors(
  bytes: Uint8Array,
  options: ReadSafetensorsOptions = {},
): SafetensorsFile {
  const { file } = checkObject('options', options);
  checkBytes('bytes', bytes);
  const { entries, metadata, dataStart } = readSafetensorsHeader(bytes, file);
  assertContiguous(entries, bytes.length - dataStart, file);
  const tensors = new Map<string, Tensor>();
  for (const { name, dtype, shape, begin, end } of entries) {
    const data = bytes.subarray(dataStart + begin, dataStart + end);
    const tensor = tensorFromBytes(dtype, shape, data);
    if (dtype === 'BOOL' && data.some((value) => value > 1)) {
      throw new DataError('A BOOL tensor contains a byte other than 0 or 1.', {
        file,
        field: name,
      });
    }
    tensors.set(name, tensor);
  }
  return { tensors, metadata };
}

/**
 * Writes tensors in the safetensors format.
 *
 * Deterministic: data lie in the order of the element type (larger elements first, so that every
 * tensor is aligned), then of the name's UTF-16 code units; metadata are sorted by key. These are
 * the bytes that the format's own library writes for names in ASCII.
 *
 * @param tensors - Names and tensors, such as a `Map`.
 * @param metadata - Free text by key.
 * @throws DataError `invalid-data` on a repeated name, the name `__metadata__`, or data that do
 * not fit the shape.
 */
export function writeSafetensors(
  tensors: Iterable<readonly [string, Tensor]>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const sorted = [...tensors].sort(
    ([leftName, left], [rightName, right]) =>
      DTYPE_ORDER.indexOf(left.dtype) - DTYPE_ORDER.indexOf(right.dtype) ||
      (leftName < rightName ? -1 : leftName > rightName ? 1 : 0),
  );
  const seen = new Set<string>(['__metadata__']);
  const members: string[] = [];
  const metadataKeys = Object.keys(metadata).sort();
  if (metadataKeys.length > 0) {
    const pairs = metadataKeys.map((key) => `${quote(key)}:${quote(String(metadata[key]))}`);
    members.push(`"__metadata__":{${pairs.join(',')}}`);
  }
  let offset = 0;
  for (const [name, { dtype, shape, data }] of sorted) {
    if (seen.has(name)) {
      throw new DataError('The name is reserved or occurs twice.', { field: name });
    }
    seen.add(name);
    if (countElements(shape) !== data.length) {
      throw new DataError(`${data.length} elements do not fill the shape [${shape.join(', ')}].`, {
        field: name,
      });
    }
    const end = offset + data.byteLength;
    members.push(
      `${quote(name)}:{"dtype":"${dtype}","shape":[${shape.join(',')}],"data_offsets":[${offset},${end}]}`,
    );
    offset = end;
  }
  const header = new TextEncoder().encode(`{${members.join(',')}}`);
  // The data start at a multiple of 8 bytes; the format pads with spaces, which JSON ignores.
  const headerLength = Math.ceil(header.length / 8) * 8;
  const bytes = new Uint8Array(8 + headerLength + offset);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.fill(0x20, 8, 8 + headerLength);
  bytes.set(header, 8);
  let target = 8 + headerLength;
  for (const [, tensor] of sorted) {
    bytes.set(tensorBytes(tensor), target);
    target += tensor.data.byteLength;
  }
  return bytes;
}

const quote = (text: string): string => JSON.stringify(text);

function assertContiguous(
  entries: readonly HeaderEntry[],
  length: number,
  file: string | undefined,
): void {
  let end = 0;
  for (const entry of entries) {
    if (entry.begin !== end) {
      throw new DataError(
        `The data start at byte ${entry.begin}, but the previous tensor ends at ${end}.`,
        { file, field: entry.name },
      );
    }
    end = entry.end;
  }
  if (end !== length) {
    throw new DataError(
      `The header describes ${end} bytes of data, but ${length} follow it. Is the file truncated?`,
      { file },
    );
  }
}
