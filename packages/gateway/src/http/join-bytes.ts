/** Pieces as one. */
export function joinBytes(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** A body in one piece; long ones come in several. */
export function wholeOf(
  body: Uint8Array<ArrayBuffer> | readonly Uint8Array[],
): Uint8Array<ArrayBuffer> {
  return body instanceof Uint8Array ? body : joinBytes(body);
}
