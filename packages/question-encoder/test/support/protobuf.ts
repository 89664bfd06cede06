/** One field of a protocol-buffer message: a number and its encoded bytes. */
export type Field = Uint8Array;

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return bytes;
}

/** A whole number (wire type 0). */
export function integer(field: number, value: number): Field {
  return Uint8Array.from([...varint(field * 8), ...varint(value)]);
}

/** A 32-bit floating-point number (wire type 5). */
export function float(field: number, value: number): Field {
  const data = new DataView(new ArrayBuffer(4));
  data.setFloat32(0, value, true);
  return Uint8Array.from([...varint(field * 8 + 5), ...new Uint8Array(data.buffer)]);
}

/** A string, bytes or a nested message (wire type 2). */
export function bytes(field: number, value: string | Uint8Array | readonly Field[]): Field {
  const content =
    typeof value === 'string'
      ? new TextEncoder().encode(value)
      : value instanceof Uint8Array
        ? value
        : message(value);
  return message([Uint8Array.from([...varint(field * 8 + 2), ...varint(content.length)]), content]);
}

/** A message: its fields one after another. */
export function message(fields: readonly Field[]): Uint8Array {
  const total = fields.reduce((sum, field) => sum + field.length, 0);
  const joined = new Uint8Array(total);
  let at = 0;
  for (const field of fields) {
    joined.set(field, at);
    at += field.length;
  }
  return joined;
}
