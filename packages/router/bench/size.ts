/** Prints how large the main entry is in a web application, core included. */
import { bundleRouter } from '../test/bundle-router.js';

const { minifiedBytes, compressedBytes } = await bundleRouter();
console.log(`@embedllm/router: ${minifiedBytes} bytes minified, ${compressedBytes} with gzip`);
