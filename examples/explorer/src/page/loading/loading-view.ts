import { DataError, EmbedLLMError } from '@embedllm/core';
import { element } from '../dom/element.js';

/** Shows how far the download is. */
export class LoadingView {
  readonly element: HTMLElement;
  readonly #bar: HTMLProgressElement = element('progress', { 'aria-label': 'Download' });

  constructor() {
    this.element = element(
      'div',
      { class: 'notice', role: 'status' },
      element('p', {}, 'Loading the router …'),
      this.#bar,
    );
  }

  progress({ done, total }: { done: number; total: number }): void {
    this.#bar.max = total;
    this.#bar.value = done;
  }
}

/** Says what went wrong, what to do, and offers to try again. */
export function failureView(error: unknown, retry: () => void): HTMLElement {
  const button = element('button', { type: 'button' }, 'Try again');
  button.addEventListener('click', retry);
  return element(
    'div',
    { class: 'notice failure', role: 'alert' },
    element('h2', {}, 'The explorer could not start'),
    element('p', { class: 'message' }, error instanceof Error ? error.message : String(error)),
    element('p', {}, advice(error)),
    button,
  );
}

function advice(error: unknown): string {
  if (!(error instanceof EmbedLLMError)) {
    return 'This is a bug in the page. See the browser’s console for details.';
  }
  if (error.code === 'io') {
    return 'The folder artifact and the file explorer.json must be next to the page, and the page must be served over HTTP. Prepare them with “pnpm --filter @embedllm/example-explorer run start”.';
  }
  if (error instanceof DataError) {
    return 'A file is damaged or comes from a different run. Prepare the page’s data again, or upload all of it again.';
  }
  return 'Prepare the page’s data again with this version of the explorer.';
}
