import { element } from './dom/element.js';
import { ExplorerView } from './explorer-view.js';
import { loadExplorer } from './loading/load-explorer.js';
import { failureView, LoadingView } from './loading/loading-view.js';

const place = document.querySelector('main') ?? document.body.appendChild(element('main'));

async function start(): Promise<void> {
  const loading = new LoadingView();
  place.replaceChildren(loading.element);
  try {
    const explorer = await loadExplorer({
      base: document.baseURI,
      onProgress: (progress) => loading.progress(progress),
    });
    place.replaceChildren(new ExplorerView(explorer).element);
  } catch (error) {
    console.error(error);
    place.replaceChildren(failureView(error, () => void start()));
  }
}

void start();
