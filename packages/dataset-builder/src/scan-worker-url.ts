/** The file of the thread that scans: as built, also for those who run the sources. */
export const scanWorkerUrl: URL = new URL('../dist/scan-worker.js', import.meta.url);
