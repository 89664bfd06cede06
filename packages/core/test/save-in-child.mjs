// Run as a process of its own, to be killed: saves artifacts into a folder with the built package.
//   node save-in-child.mjs loop FOLDER        saves versions 1, 2, 3, ... until killed
//   node save-in-child.mjs count FOLDER       saves version 2 and prints how many steps that took
//   node save-in-child.mjs kill FOLDER STEP   kills itself just before that step, counted from 1;
//                                             before a write, half of the bytes are written
import { createRequire, syncBuiltinESMExports } from 'node:module';

const [mode, folder, stepToKill] = process.argv.slice(2);

/** Every operation that changes something on the disk goes through here. */
const CHANGES = ['mkdir', 'rename', 'rmdir', 'rm', 'link', 'symlink', 'copyFile', 'chmod'];
let steps = 0;
async function step(beforeKill) {
  if (++steps === Number(stepToKill)) {
    await beforeKill?.();
    process.kill(process.pid, 'SIGKILL');
    await new Promise(() => {});
  }
}

const files = createRequire(import.meta.url)('node:fs').promises;
for (const name of CHANGES) {
  const original = files[name];
  files[name] = async (...parameters) => {
    await step();
    return original(...parameters);
  };
}
const originalOpen = files.open;
files.open = async (...parameters) => {
  const handle = await originalOpen(...parameters);
  const { sync, writeFile } = handle;
  handle.sync = async () => {
    await step();
    return sync.call(handle);
  };
  handle.writeFile = async (bytes) => {
    await step(() => writeFile.call(handle, bytes.subarray(0, bytes.length >> 1)));
    return writeFile.call(handle, bytes);
  };
  return handle;
};
syncBuiltinESMExports();

const { FactorizationModel, Matrix } = await import('../dist/index.js');
const { savePretrained } = await import('../dist/node.js');

/** An artifact in which every part says the version. */
function artifactOf(version) {
  const filled = (rows, cols) =>
    new Matrix(rows, cols, new Float32Array(rows * cols).fill(version));
  return {
    model: new FactorizationModel({
      models: [`model-${version}`],
      modelEmbeddings: filled(1, 2),
      projection: filled(2, 30),
      projectionBias: filled(1, 2).data,
      classifier: filled(2, 2),
      classifierBias: filled(1, 2).data,
    }),
    models: [{ name: `model-${version}` }],
    encoder: {
      id: 'test',
      fingerprint: String(version),
      dimensions: 30,
      files: new Map([['data.bin', new Uint8Array(1000).fill(version)]]),
    },
    training: {
      solver: 'test',
      settings: {},
      dataFingerprint: String(version),
      counts: { questions: 0, models: 1, labels: 0 },
    },
    metrics: { version },
  };
}

if (mode === 'loop') {
  for (let version = 1; ; version = (version % 250) + 1) {
    await savePretrained(folder, artifactOf(version));
    if (version === 1) process.stdout.write('saving\n');
  }
} else {
  await savePretrained(folder, artifactOf(mode === 'first' ? 1 : 2));
  process.stdout.write(`${steps}\n`);
}
