/** Prints how large the main entry is in a web application, core included. */
import { measureRouter } from '../test/bundle-router.js';

const { minifiedBytes, compressedBytes, onDemandBytes, oneScriptBytes } = await measureRouter();
console.log(
  `@embedllm/router, minified by Rolldown: ${minifiedBytes} bytes, ${compressedBytes} with gzip; ` +
    `${onDemandBytes} more with gzip when fromPretrained loads an artifact`,
);
console.log(`as one script by esbuild: ${oneScriptBytes} with gzip`);
