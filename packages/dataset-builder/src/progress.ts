/** How far reading has come. */
export interface ReadProgress {
  /** Bytes taken from the disk so far, of all files together, before decompression. */
  readonly bytes: number;
  /** Size of all files together, in bytes. */
  readonly totalBytes: number;
  /** Records read so far, of all files together, headers not counted. */
  readonly rows: number;
  /** The file being read, as the caller gave it. */
  readonly file: string;
}
