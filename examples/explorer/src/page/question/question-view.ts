import type { ModelInfo } from '@embedllm/core';
import type { ExampleQuestion } from '../../explorer-data.js';
import { element } from '../dom/element.js';
import type { FamilyMarks } from '../family-marks.js';
import { percent, usdPerThousand } from '../format.js';
import { exampleList } from './example-list.js';
import type { RoutedQuestion } from './route-question.js';

/** How long typing must rest before the result is read out, in milliseconds. */
const ANNOUNCE_AFTER_MS = 700;

/** What `QuestionView` takes. */
export interface QuestionViewOptions {
  readonly examples: readonly ExampleQuestion[];
  readonly marks: FamilyMarks;
  /** Called at each change of the text. */
  readonly onQuestion: (question: string, example: ExampleQuestion | undefined) => void;
  readonly onSelect: (model: string) => void;
}

/** The question and what the router decides. */
export class QuestionView {
  readonly element: HTMLElement;
  readonly #options: QuestionViewOptions;
  readonly #text: HTMLTextAreaElement;
  readonly #examples: HTMLSelectElement;
  readonly #decision: HTMLElement = element('div', { class: 'decision' });
  readonly #announcement: HTMLElement = element('p', { class: 'hidden', role: 'status' });
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: QuestionViewOptions) {
    this.#options = options;
    this.#text = element('textarea', {
      id: 'question',
      rows: 5,
      spellcheck: 'false',
      autocomplete: 'off',
      'aria-describedby': 'question-hint',
    });
    this.#examples = exampleList(options.examples);
    this.#text.addEventListener('input', () => {
      this.#examples.value = '';
      options.onQuestion(this.#text.value, undefined);
    });
    this.#examples.addEventListener('change', () => {
      if (this.#examples.value !== '') this.showExample(Number(this.#examples.value));
    });
    const hint = 'Every key press is routed in this page. Nothing is sent anywhere.';
    this.element = element(
      'section',
      { class: 'card', 'aria-labelledby': 'question-heading' },
      element('h2', { id: 'question-heading' }, 'Ask a question'),
      element('label', { for: 'question', class: 'hidden' }, 'Question'),
      this.#text,
      element('p', { id: 'question-hint', class: 'hint' }, hint),
      ...(options.examples.length > 0
        ? [
            element(
              'div',
              { class: 'field' },
              element('label', { for: 'examples' }, 'Held-out question'),
              this.#examples,
            ),
          ]
        : []),
      this.#decision,
      this.#announcement,
    );
  }

  /** Fills in one of the examples. */
  showExample(index: number): void {
    const example = this.#options.examples[index];
    if (!example) return;
    this.#examples.value = String(index);
    this.#text.value = example.prompt;
    this.#options.onQuestion(example.prompt, example);
  }

  showNothing(): void {
    this.#decision.replaceChildren(
      element('p', { class: 'hint' }, 'Type a question to see where it goes.'),
    );
    this.#announce('No question.');
  }

  showProblem(message: string): void {
    this.#decision.replaceChildren(element('p', { class: 'problem', role: 'alert' }, message));
    this.#announce('');
  }

  /** @param recorded - What the chosen model's recorded answer was, where the question has one. */
  show(routed: RoutedQuestion, recorded: 0 | 1 | null | undefined): void {
    const { decision, isKnown, elapsedMs } = routed;
    const { model, probability, expectedCostUsd, reason, familiarity } = decision;
    const cost =
      expectedCostUsd === undefined ? '' : `, ${usdPerThousand(expectedCostUsd)} per 1,000 answers`;
    const notes = [
      ...(recorded === undefined ? [] : [describeRecord(model, recorded)]),
      ...(isKnown
        ? []
        : ['The encoder knows none of its words, so these are the models’ overall abilities.']),
      ...(familiarity === undefined
        ? []
        : [`More familiar than ${percent(familiarity)} of the validation questions.`]),
    ];
    const button = this.#modelButton(model);
    const isFocused = this.#decision.contains(document.activeElement);
    this.#decision.replaceChildren(
      element('p', { class: 'decision-label' }, 'Goes to'),
      button,
      element(
        'p',
        { class: 'decision-figures' },
        element('strong', {}, percent(probability)),
        ` likely to answer correctly${cost}`,
      ),
      element('p', { class: 'decision-reason' }, reason),
      ...notes.map((note) => element('p', { class: 'decision-note' }, note)),
      element(
        'p',
        { class: 'hint' },
        `Policy: ${decision.policy}. Decided in ${elapsedMs.toFixed(1)} ms.`,
      ),
    );
    // Whoever walks by keyboard stays where they were when the decision changes.
    if (isFocused) button.focus();
    this.#announce(
      [`Goes to ${model.name}, ${percent(probability)} likely to answer correctly.`, ...notes].join(
        ' ',
      ),
    );
  }

  #modelButton(model: ModelInfo): HTMLElement {
    const { marks, onSelect } = this.#options;
    const button = element(
      'button',
      { type: 'button', class: 'decision-model', 'data-model': model.name },
      marks.icon(marks.of(model)),
      model.name,
    );
    button.addEventListener('click', () => onSelect(model.name));
    return button;
  }

  #announce(text: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#announcement.textContent !== text) this.#announcement.textContent = text;
    }, ANNOUNCE_AFTER_MS);
  }
}

function describeRecord(model: ModelInfo, label: 0 | 1 | null): string {
  if (label === null)
    return `${model.name} was not asked this question when answers were recorded.`;
  return `On record, ${model.name} answered it ${label === 1 ? 'correctly\u00a0✓' : 'wrongly\u00a0✗'}.`;
}
