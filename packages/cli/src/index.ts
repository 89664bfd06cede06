export type { Configuration, ProbeConfiguration } from './config/configuration.js';
export { defineConfig } from './config/define-config.js';
export type { EncoderKind, EncoderSettings } from './embeddings/encoder-settings.js';
export { EXIT_CODES } from './program/exit-code.js';
export { run } from './program/run.js';
export type { CommandIo, TextOutput } from './terminal/command-io.js';
