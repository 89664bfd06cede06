/** Errors of the operating system that people meet, in words that say what to look at. */
const SYSTEM_REASONS: ReadonlyMap<unknown, string> = new Map([
  ['EACCES', 'permission denied'],
  ['EISDIR', 'it is a directory, but a file is needed'],
  ['ELOOP', 'its symbolic links form a loop'],
  ['EMFILE', 'this process has too many open files'],
  ['ENAMETOOLONG', 'its name is too long'],
  ['ENOENT', 'there is no such file or directory'],
  ['ENOTDIR', 'it, or a part of its path, is not a directory'],
  ['EPERM', 'permission denied'],
  ['EROFS', 'the file system is read-only'],
]);

/** What went wrong, in the words of an error of any origin, without the name of its class. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isFileError = 'syscall' in error && 'code' in error;
  return (isFileError ? SYSTEM_REASONS.get(error.code) : undefined) ?? error.message;
}
