/** What a scanner looks for. */
export interface MemberScannerOptions {
  /** Keys whose values are wanted; others are passed over. */
  readonly wanted: readonly string[];
  /** The key of a list whose elements come one by one. */
  readonly streamed: string;
  /** Longest value, or element of the streamed list, in bytes. */
  readonly maxRecordBytes: number;
}

/** A member of the object, or an element of the streamed list. */
export interface JsonMember {
  readonly key: string;
  /** Position in the streamed list, from 0; `undefined` for other members. */
  readonly index: number | undefined;
  /** Its JSON, which is not checked yet. */
  readonly text: string;
  /** The line that it starts on, counted from 1. */
  readonly row: number;
}
