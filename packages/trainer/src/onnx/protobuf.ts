/**
 * Encodes protocol-buffer messages (proto3 wire format): just what an ONNX file needs.
 * Fields are written in the order given; a message is the concatenation of its fields.
 */

const TEXT = new TextEncoder();
const VARINT = 0;
const LENGTH_DELIMITED = 2;
const FIXED_32 = 5;

/** A field that holds an integer from 0 to 2^53 - 1. */
export function integerField(field: number, value: number): Uint8Array {
  return concatenate([tag(field, VARINT), varint(value)]);
}

/** A field that holds a 32-bit float. */
export function floatField(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return concatenate([tag(field, FIXED_32), bytes]);
}

/** A field that holds text, bytes or another message. */
export function bytesField(field: number, value: string | Uint8Array): Uint8Array {
  const bytes = typeof value === 'string' ? TEXT.encode(value) : value;
  return concatenate([tag(field, LENGTH_DELIMITED), varint(bytes.length), bytes]);
}

/** The bytes of all parts, one after another. */
export function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

function tag(field: number, wireType: number): Uint8Array {
  return varint(field * 8 + wireType);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return Uint8Array.from(bytes);
}
