import { checkBytes, checkObject, DataError } from '@embedllm/internals';
import type { Tensor } from '../tensors/tensor.js';
import { type PickleValue, readPickle } from './pickle.js';
import { stridedTensor, type TorchDtype } from './strided-tensor.js';
import { listZipEntries, readZipEntry } from './zip-archive.js';

/** What a file of PyTorch held. */
export type TorchContent =
  | { readonly kind: 'tensor'; readonly tensor: Tensor }
  /** By name, in the order of the file. */
  | { readonly kind: 'state-dict'; readonly tensors: Map<string, Tensor> };

/** Options of the readers of PyTorch's files. */
export interface ReadTorchOptions {
  /** Where the bytes came from, for error messages. */
  readonly file?: string | undefined;
}

interface Storage {
  readonly dtype: TorchDtype;
  readonly bytes: Uint8Array;
}
type Object_ = { readonly tensor: Tensor } | { readonly storage: Storage };

const STORAGES: Readonly<Record<string, TorchDtype>> = {
  'torch.FloatStorage': 'F32',
  'torch.DoubleStorage': 'F64',
  'torch.HalfStorage': 'F16',
  'torch.BFloat16Storage': 'BF16',
  'torch.LongStorage': 'I64',
  'torch.IntStorage': 'I32',
  'torch.ShortStorage': 'I16',
  'torch.CharStorage': 'I8',
  'torch.ByteStorage': 'U8',
  'torch.BoolStorage': 'BOOL',
};
const REBUILD_TENSOR = 'torch._utils._rebuild_tensor_v2';
const REBUILD_PARAMETER = 'torch._utils._rebuild_parameter';
const ORDERED_DICT = 'collections.OrderedDict';
const ALLOWED = new Set([
  ...Object.keys(STORAGES),
  REBUILD_TENSOR,
  REBUILD_PARAMETER,
  ORDERED_DICT,
]);
/** A pickle describes tensors, it does not hold their values. */
const MAX_PICKLE_BYTES = 64 * 2 ** 20;

/**
 * Reads a file that `torch.save` wrote (the ZIP format, the default since PyTorch 1.6): a tensor,
 * or a dictionary of tensors such as `model.state_dict()`. The pickle in it is interpreted by an
 * allow-list: nothing is executed, and a file that refers to anything else is refused.
 *
 * @throws DataError `invalid-data` on a damaged, hostile or older file, naming what was found.
 */
export async function readTorchFile(
  bytes: Uint8Array,
  options: ReadTorchOptions = {},
): Promise<TorchContent> {
  const { file } = checkObject('options', options);
  checkBytes('bytes', bytes);
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b) {
    const hint =
      bytes[0] === 0x80
        ? 'It looks like the format of PyTorch before 1.6. Load it with a newer PyTorch and save it again.'
        : 'Is it truncated, or in another format?';
    throw new DataError(`This is not a ZIP archive as written by torch.save. ${hint}`, { file });
  }
  const entries = listZipEntries(bytes, file);
  const pickleName = [...entries.keys()].find((name) => /^[^/]+\/data\.pkl$/.test(name));
  const pickle = pickleName === undefined ? undefined : entries.get(pickleName);
  if (!pickle)
    throw new DataError('There is no data.pkl, so it was not written by torch.save.', { file });
  if (pickle.size > MAX_PICKLE_BYTES) {
    throw new DataError(`data.pkl has ${pickle.size} bytes, which is too large.`, { file });
  }
  const folder = pickle.name.slice(0, -'data.pkl'.length);
  await assertLittleEndian(bytes, entries.get(`${folder}byteorder`), file);

  // Storages are unpacked before the pickle is read, for its interpreter does not wait.
  const unpacked = new Map<string, Uint8Array>();
  let total = 0;
  for (const [name, entry] of entries) {
    if (!name.startsWith(`${folder}data/`)) continue;
    total += entry.size;
    if (total > 1032 * bytes.length)
      throw new DataError('The unpacked archive is too large.', { file });
    unpacked.set(name.slice(folder.length + 5), await readZipEntry(bytes, entry, file));
  }
  const budget = { elements: Math.max(total, 1) };
  const value = readPickle<Object_>(
    await readZipEntry(bytes, pickle, file),
    {
      allowed: ALLOWED,
      load: (reference) => ({ object: { storage: findStorage(reference, unpacked, file) } }),
      call: (name, args) => {
        if (name === ORDERED_DICT && args.length === 0) return new Map();
        if (name === REBUILD_PARAMETER && args[0] !== undefined) return args[0];
        if (name === REBUILD_TENSOR) return { object: rebuild(args, budget, file) };
        throw new DataError(`${name} is called with ${args.length} arguments.`, { file });
      },
    },
    file,
  );
  return toContent(value, file);
}

function findStorage(
  reference: PickleValue<Object_>,
  unpacked: ReadonlyMap<string, Uint8Array>,
  file: string | undefined,
): Storage {
  const [kind, type, key] = Array.isArray(reference) ? reference : [];
  const name = type !== null && typeof type === 'object' && 'name' in type ? type.name : undefined;
  const dtype =
    typeof name === 'string' && Object.hasOwn(STORAGES, name) ? STORAGES[name] : undefined;
  const bytes = typeof key === 'string' ? unpacked.get(key) : undefined;
  if (kind !== 'storage' || !dtype || !bytes) {
    throw new DataError('A tensor refers to a storage that is not in the file.', { file });
  }
  return { dtype, bytes };
}

function rebuild(
  args: PickleValue<Object_>[],
  budget: { elements: number },
  file: string | undefined,
): Object_ {
  const [source, offset, shape, strides] = args;
  const object = isObject(source) ? source.object : undefined;
  const isNumbers = (value: unknown): value is number[] =>
    Array.isArray(value) && value.every((item) => typeof item === 'number');
  if (!object || !('storage' in object) || typeof offset !== 'number') {
    throw new DataError('A tensor is malformed.', { file });
  }
  if (!isNumbers(shape) || !isNumbers(strides)) {
    throw new DataError('The shape or strides of a tensor are malformed.', { file });
  }
  const { dtype, bytes } = object.storage;
  return { tensor: stridedTensor({ dtype, bytes, offset, shape, strides, budget, file }) };
}

function toContent(value: PickleValue<Object_>, file: string | undefined): TorchContent {
  if (isObject(value) && 'tensor' in value.object) {
    return { kind: 'tensor', tensor: value.object.tensor };
  }
  if (!(value instanceof Map)) {
    throw new DataError('It contains neither a tensor nor a dictionary of tensors.', { file });
  }
  const tensors = new Map<string, Tensor>();
  for (const [name, item] of value) {
    if (typeof name !== 'string' || !isObject(item) || !('tensor' in item.object)) {
      throw new DataError('The dictionary contains something other than named tensors.', {
        file,
        field: typeof name === 'string' ? name : undefined,
      });
    }
    tensors.set(name, item.object.tensor);
  }
  return { kind: 'state-dict', tensors };
}

function isObject(value: PickleValue<Object_> | undefined): value is { readonly object: Object_ } {
  return typeof value === 'object' && value !== null && 'object' in value;
}

async function assertLittleEndian(
  bytes: Uint8Array,
  entry: Parameters<typeof readZipEntry>[1] | undefined,
  file: string | undefined,
): Promise<void> {
  if (!entry || entry.size > 16) return;
  const order = new TextDecoder().decode(await readZipEntry(bytes, entry, file));
  if (order !== 'little') {
    throw new DataError(`The byte order ${JSON.stringify(order)} is not supported.`, { file });
  }
}
