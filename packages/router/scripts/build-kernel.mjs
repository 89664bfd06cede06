// Assembles src/scoring/row-product.wat into src/scoring/row-product-wasm.ts.
// Run after changing the source: node scripts/build-kernel.mjs
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import wabt from 'wabt';

const at = (path) => fileURLToPath(new URL(`../src/scoring/${path}`, import.meta.url));
const { parseWat } = await wabt();
const wat = parseWat('row-product.wat', readFileSync(at('row-product.wat'), 'utf8'), {
  simd: true,
});
wat.validate({ simd: true });
const { buffer } = wat.toBinary({});
const base64 = Buffer.from(buffer).toString('base64');
const lines = base64.match(/.{1,90}/g).map((line) => `  '${line}'`);
writeFileSync(
  at('row-product-wasm.ts'),
  `/** row-product.wat as WebAssembly in base64; written by scripts/build-kernel.mjs. */
// biome-ignore format: one line for each 90 characters
export const ROW_PRODUCT_WASM: string =
${lines.join(' +\n')};
`,
);
console.log(`${buffer.length} bytes of WebAssembly`);
