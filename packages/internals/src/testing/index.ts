export { findChromium, openInChromium, runInChromium } from './chromium.js';
export { findSwiftShader } from './swift-shader.js';
