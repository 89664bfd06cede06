/** How texts are made alike before they are compared. */
export interface TextForm {
  /** Whether `Paris` and `paris` differ. @default false */
  readonly caseSensitive?: boolean | undefined;
}

/** A text without outer space and punctuation, with single spaces, in one form of Unicode (NFKC). */
export function textForm(text: string, { caseSensitive = false }: TextForm = {}): string {
  const plain = text
    .normalize('NFKC')
    .replaceAll(/\s+/g, ' ')
    .replace(/^[\s"'`*_]+|[\s"'`*_.]+$/g, '');
  return caseSensitive ? plain : plain.toLowerCase();
}
