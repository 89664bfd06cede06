import type { ExampleQuestion } from '../explorer-data.js';
import { element } from './dom/element.js';
import { FamilyMarks } from './family-marks.js';
import { plainNumber } from './format.js';
import type { Explorer } from './loading/load-explorer.js';
import { MapView } from './map/map-view.js';
import { ModelView } from './model/model-view.js';
import { PolicyView } from './policy/policy-view.js';
import { QuestionView } from './question/question-view.js';
import { RankingView } from './question/ranking-view.js';
import { type RoutedQuestion, routeQuestion } from './question/route-question.js';

/** How long typing must rest before a question is routed, in milliseconds. */
const ROUTE_AFTER_MS = 80;

/** The page once all is loaded: keeps the question, the policy and the selected model together. */
export class ExplorerView {
  readonly element: HTMLElement;
  readonly #explorer: Explorer;
  readonly #question: QuestionView;
  readonly #ranking: RankingView;
  readonly #map: MapView;
  readonly #model: ModelView;
  readonly #policy: PolicyView | undefined;
  #text = '';
  #example: ExampleQuestion | undefined;
  #stop: number;
  #running = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(explorer: Explorer) {
    this.#explorer = explorer;
    const { artifact, router, data } = explorer;
    const { models } = router;
    const marks = new FamilyMarks(models);
    const onSelect = (name: string): void => this.#select(name);
    this.#question = new QuestionView({
      examples: data.examples,
      marks,
      onSelect,
      onQuestion: (text, example) => {
        this.#text = text;
        this.#example = example;
        this.#routeSoon();
      },
    });
    this.#ranking = new RankingView({ models, marks, onSelect });
    this.#map = new MapView({ model: artifact.model, models, marks, onSelect });
    this.#model = new ModelView({ model: artifact.model, models, marks, data, onSelect });
    const { costQuality } = data;
    this.#stop = costQuality ? costQuality.points.length - 1 : 0;
    this.#policy =
      costQuality === null
        ? undefined
        : new PolicyView({
            costQuality,
            models,
            marks,
            onStop: (stop) => {
              this.#stop = stop;
              this.#routeSoon();
            },
          });
    this.element = element(
      'div',
      { class: 'explorer' },
      element(
        'div',
        { class: 'column' },
        this.#question.element,
        ...(this.#policy ? [this.#policy.element] : []),
      ),
      element(
        'div',
        { class: 'column' },
        this.#ranking.element,
        element(
          'section',
          { class: 'card map-card', 'aria-labelledby': 'map-heading' },
          this.#map.element,
          this.#model.element,
        ),
        about(explorer),
      ),
    );
    this.#policy?.show(this.#stop);
    this.#select(models[costQuality?.bestSingle ?? 0]?.name ?? '');
    this.#question.showExample(0);
    if (data.examples.length === 0) this.#routeSoon();
  }

  #select(name: string): void {
    this.#ranking.select(name);
    this.#map.select(name);
    this.#model.show(name);
  }

  #routeSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#route(), ROUTE_AFTER_MS);
  }

  async #route(): Promise<void> {
    this.#running.abort();
    this.#running = new AbortController();
    const { signal } = this.#running;
    if (this.#text.trim() === '') {
      this.#question.showNothing();
      this.#showRouted(undefined, undefined);
      return;
    }
    const example = this.#example;
    const point = this.#explorer.data.costQuality?.points[this.#stop];
    try {
      const routed = await routeQuestion(this.#explorer, this.#text, { point, signal });
      if (!signal.aborted) this.#showRouted(routed, example);
    } catch (error) {
      if (signal.aborted) return;
      this.#question.showProblem(error instanceof Error ? error.message : String(error));
      this.#showRouted(undefined, undefined);
    }
  }

  #showRouted(routed: RoutedQuestion | undefined, example: ExampleQuestion | undefined): void {
    const { models } = this.#explorer.router;
    const chosen = routed && models.findIndex(({ name }) => name === routed.decision.model.name);
    const probabilities = routed?.probabilities;
    if (routed)
      this.#question.show(routed, chosen === undefined ? undefined : example?.labels[chosen]);
    this.#ranking.show({ probabilities, chosen, labels: example?.labels });
    this.#map.show(probabilities, chosen);
  }
}

/** Where the figures come from. */
function about({ artifact, data, bytes }: Explorer): HTMLElement {
  const { provenance } = data;
  const { train, validation, test } = provenance.questions;
  const { training, encoder, metrics, model } = artifact;
  const sentences = [
    `Data: ${provenance.data}, ${plainNumber(provenance.labels)} recorded answers of ${model.models.length} models.`,
    `Questions: ${plainNumber(train)} train, ${plainNumber(validation)} validation, ${plainNumber(test)} test (${provenance.split}).`,
    `Model: ${model.dimensions} dimensions, trained by the solver “${training.solver}”; encoder “${encoder.id}” of ${encoder.dimensions} dimensions, fitted on the training questions (seed ${provenance.seed}).`,
    ...(metrics['test.auroc'] === undefined
      ? []
      : [
          `On the test questions, the probabilities have an AUROC of ${metrics['test.auroc'].toFixed(3)}.`,
        ]),
    `The page downloaded ${(bytes / 1e6).toFixed(1)} MB once and runs without a server.`,
  ];
  return element(
    'section',
    { class: 'card about', 'aria-labelledby': 'about-heading' },
    element('h2', { id: 'about-heading' }, 'About this page'),
    element('p', {}, sentences.join(' ')),
  );
}
