/** What file systems take at most. */
const MAX_PATH_BYTES = 4096;
const MAX_SEGMENT_BYTES = 255;

/**
 * Why a path that an archive or a server gives is not safe to write to below a directory: it would
 * leave that directory, or be another file on another operating system. `undefined` where it is
 * safe.
 */
export function unsafePath(path: string): string | undefined {
  if (path === '') return 'its name is empty';
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) {
    return `its path is longer than ${MAX_PATH_BYTES} bytes`;
  }
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) return 'its path is absolute';
  if (path.includes('\\')) return 'its path has a backslash';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(path)) return 'its name has a control character';
  if (path.includes('\ufffd')) return 'its name is not UTF-8';
  const parts = path.split('/');
  if (parts.includes('..')) return 'its path leads out of the directory with ".."';
  if (parts.some((part) => Buffer.byteLength(part) > MAX_SEGMENT_BYTES)) {
    return `a part of its path is longer than ${MAX_SEGMENT_BYTES} bytes`;
  }
  return undefined;
}

/** A name for a message: hostile names carry control characters, or are very long. */
export function quoted(name: string): string {
  return JSON.stringify(name.length > 200 ? `${name.slice(0, 200)}…` : name);
}
