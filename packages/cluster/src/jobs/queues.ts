/** Parts of texts to encode. */
export const ENCODE_QUEUE = 'encode';
