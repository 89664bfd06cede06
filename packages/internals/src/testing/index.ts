export { findChromium, runInChromium } from './chromium.js';
export { findSwiftShader } from './swift-shader.js';
