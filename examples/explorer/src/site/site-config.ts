import { resolve } from 'node:path';
import type { Plugin, UserConfig } from 'vite';
import { EXAMPLE_FOLDER } from '../prepare/arguments.js';

/**
 * Nothing may come from, or go to, another origin. Compiling the router's WebAssembly kernel needs
 * `wasm-unsafe-eval`, which allows no JavaScript.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** How Vite builds the page, from `public` into `site` of a folder. */
export function siteConfig({ output }: { output: string }): UserConfig {
  return {
    root: EXAMPLE_FOLDER,
    // Relative addresses: the page works in any folder of any host.
    base: './',
    publicDir: resolve(EXAMPLE_FOLDER, output, 'public'),
    build: {
      outDir: resolve(EXAMPLE_FOLDER, output, 'site'),
      emptyOutDir: true,
      target: 'es2022',
      reportCompressedSize: false,
      modulePreload: { polyfill: false },
    },
    plugins: [contentSecurityPolicy()],
  };
}

/** Only in the built page: while developing, Vite injects styles and reloads through a socket. */
function contentSecurityPolicy(): Plugin {
  return {
    name: 'content-security-policy',
    apply: 'build',
    transformIndexHtml: () => [
      {
        tag: 'meta',
        attrs: { 'http-equiv': 'Content-Security-Policy', content: CONTENT_SECURITY_POLICY },
        injectTo: 'head-prepend',
      },
    ],
  };
}
