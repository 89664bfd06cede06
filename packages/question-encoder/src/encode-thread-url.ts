/** The file of the thread that encodes: as built, also for those who run the sources. */
export const encodeThreadUrl: URL = new URL('../dist/encode-thread.js', import.meta.url);
