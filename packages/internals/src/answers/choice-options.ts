/** An option of a question. */
export interface ChoiceOption {
  readonly letter: string;
  readonly text: string;
}

const LINE = /^\s*[([]?([A-Z])[.):\]]\s*(\S.*)$/;

/** The options of a question, one per line as `A. text` or `(A) text`, from A on without gaps. */
export function choiceOptions(prompt: string): ChoiceOption[] {
  let options: ChoiceOption[] = [];
  for (const line of prompt.split('\n')) {
    const [, letter = '', text = ''] = LINE.exec(line) ?? [];
    if (letter === 'A') options = [];
    else if (letter !== letterOf(options.length)) continue;
    options.push({ letter, text: text.trim() });
  }
  return options.length < 2 ? [] : options;
}

function letterOf(index: number): string {
  return String.fromCharCode(65 + index);
}
