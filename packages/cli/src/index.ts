export type { Configuration, ProbeConfiguration } from './configuration/configuration.js';
export { defineConfig } from './configuration/define-config.js';
export type { ConfiguredModels } from './inputs/configured-models.js';
export type { ConfiguredEncoder, EncoderKind, EncoderSettings } from './inputs/encoder-settings.js';
export type { CommandIo, TextOutput } from './program/command-io.js';
export { EXIT_CODES } from './program/exit-code.js';
export { run } from './program/run.js';
