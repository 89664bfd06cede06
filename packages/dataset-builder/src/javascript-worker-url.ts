/** The file of the thread that runs programs of models: as built, also for those who run the sources. */
export const javascriptWorkerUrl: URL = new URL('../dist/javascript-worker.js', import.meta.url);
