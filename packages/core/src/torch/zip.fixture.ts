/** The pickle of a tensor of 32-bit floats over the storage 0, as torch.save writes it. */
export function pickleOf(view: {
  shape: readonly number[];
  strides: readonly number[];
  offset?: number;
}): Uint8Array {
  const bytes: number[] = [0x80, 2];
  const ascii = (text: string): void => {
    for (const character of text) bytes.push(character.charCodeAt(0));
  };
  const integer = (value: number): void => {
    const buffer = new DataView(new ArrayBuffer(4));
    buffer.setInt32(0, value, true);
    bytes.push(0x4a, ...new Uint8Array(buffer.buffer));
  };
  const text = (value: string): void => {
    bytes.push(0x58, value.length, 0, 0, 0);
    ascii(value);
  };
  const tuple = (values: readonly number[]): void => {
    bytes.push(0x28);
    values.forEach(integer);
    bytes.push(0x74);
  };
  ascii('ctorch._utils\n_rebuild_tensor_v2\n((');
  text('storage');
  ascii('ctorch\nFloatStorage\n');
  text('0');
  text('cpu');
  integer(4);
  ascii('tQ');
  integer(view.offset ?? 0);
  tuple(view.shape);
  tuple(view.strides);
  // False, and an empty ordered dictionary of hooks.
  bytes.push(0x89);
  ascii('ccollections\nOrderedDict\n)RtR.');
  return Uint8Array.from(bytes);
}

/** A ZIP archive; `claims` are sizes to state instead of the true ones. */
export function buildZip(
  files: Readonly<Record<string, Uint8Array>>,
  compress?: (bytes: Uint8Array) => Uint8Array,
  claims: Readonly<Record<string, number>> = {},
): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  const add = (list: Uint8Array[], ...pieces: Uint8Array[]): void => void list.push(...pieces);
  const fields = (format: readonly (readonly [2 | 4, number])[]): Uint8Array => {
    const view = new DataView(new ArrayBuffer(format.reduce((sum, [width]) => sum + width, 0)));
    let at = 0;
    for (const [width, value] of format) {
      if (width === 2) view.setUint16(at, value, true);
      else view.setUint32(at, value, true);
      at += width;
    }
    return new Uint8Array(view.buffer);
  };
  for (const [name, content] of Object.entries(files)) {
    const encodedName = new TextEncoder().encode(name);
    const packed = compress ? new Uint8Array(compress(content)) : content;
    const size = claims[name] ?? content.length;
    const common: (readonly [2 | 4, number])[] = [
      [2, 20],
      [2, 0],
      [2, compress ? 8 : 0],
      [4, 0],
      [4, 0],
      [4, packed.length],
      [4, size],
      [2, encodedName.length],
      [2, 0],
    ];
    const header = fields([[4, 0x04034b50], ...common]);
    add(parts, header, encodedName, packed);
    const rest: (readonly [2 | 4, number])[] = [
      [2, 0],
      [2, 0],
      [2, 0],
      [4, 0],
      [4, offset],
    ];
    add(directory, fields([[4, 0x02014b50], [2, 20], ...common, ...rest]), encodedName);
    offset += header.length + encodedName.length + packed.length;
  }
  const directorySize = directory.reduce((sum, part) => sum + part.length, 0);
  const count = Object.keys(files).length;
  const end = fields([
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, count],
    [2, count],
    [4, directorySize],
    [4, offset],
    [2, 0],
  ]);
  return Uint8Array.from([...parts, ...directory, end].flatMap((part) => [...part]));
}
