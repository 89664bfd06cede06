// A thread that runs one program in QuickJS, compiled to WebAssembly: without files, network, timers or
// anything else of Node. It lives for one program, and `runJavaScript` ends it where it takes too long.
import { parentPort, workerData } from 'node:worker_threads';
import { getQuickJS, type QuickJSContext, type QuickJSHandle } from 'quickjs-emscripten';
import type { JavaScriptOutcome, JavaScriptTask } from './sandbox/javascript-task.js';

/** Far below the stack of the thread, which a program must not be able to fill. */
const STACK_BYTES = 128 * 1024;

/**
 * What tests compare with. Made before the program runs, of functions that it cannot replace, and
 * handed to the test as arguments, so that no name of the program gets in their place.
 */
const ASSERTIONS = `(() => {
  const { is, keys } = Object;
  const { isArray } = Array;
  const same = (a, b, depth) => {
    if (is(a, b) || a === b) return true;
    if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
    if (depth > 100 || isArray(a) !== isArray(b)) return false;
    const names = keys(a);
    if (names.length !== keys(b).length) return false;
    for (let at = 0; at < names.length; at++) {
      const name = names[at];
      if (!(name in b) || !same(a[name], b[name], depth + 1)) return false;
    }
    return true;
  };
  const assert = (condition) => { if (condition !== true) throw 'a condition of the test does not hold'; };
  const assertEqual = (actual, expected) => {
    if (!same(actual, expected, 0)) throw 'a value differs from the one expected';
  };
  return [assert, assertEqual];
})()`;

const { program, test, timeoutMs, memoryBytes } = workerData as JavaScriptTask;
const LATE = `The program took longer than ${timeoutMs} ms.`;
const quickJS = await getQuickJS();
parentPort?.postMessage(run());

function run(): JavaScriptOutcome {
  const runtime = quickJS.newRuntime();
  runtime.setMemoryLimit(memoryBytes);
  runtime.setMaxStackSize(STACK_BYTES);
  let deadline = Number.POSITIVE_INFINITY;
  let isLate = false;
  runtime.setInterruptHandler(() => {
    isLate ||= performance.now() > deadline;
    return isLate;
  });
  const vm = runtime.newContext();
  try {
    const assertions = vm.unwrapResult(vm.evalCode(ASSERTIONS));
    const [assert, assertEqual] = [vm.getProp(assertions, 0), vm.getProp(assertions, 1)];
    // Its time begins now.
    parentPort?.postMessage('started');
    deadline = performance.now() + timeoutMs;
    const ran = vm.evalCode(program, 'program.js');
    if (ran.error) return failed(vm, ran.error, 'The program threw', isLate);
    const compiled = vm.evalCode(`(function (assert, assertEqual) {\n${test}\n})`, 'test.js');
    if (compiled.error) return failed(vm, compiled.error, 'The test cannot be read', isLate);
    const tested = vm.callFunction(compiled.value, vm.undefined, assert, assertEqual);
    if (tested.error) return failed(vm, tested.error, 'The test failed', isLate);
    return { passed: true };
  } catch (error) {
    if (isLate) return { passed: false, reason: LATE };
    // Of the sandbox itself, such as a stack that is used up; the thread ends with it.
    return {
      passed: false,
      reason: `The program broke its sandbox: ${String(error).slice(0, 200)}`,
    };
  }
}

function failed(
  vm: QuickJSContext,
  error: QuickJSHandle,
  what: string,
  isLate: boolean,
): JavaScriptOutcome {
  if (isLate) return { passed: false, reason: LATE };
  const thrown: unknown = vm.dump(error);
  const message =
    typeof thrown === 'object' && thrown !== null && 'message' in thrown
      ? `${'name' in thrown ? String(thrown.name) : 'Error'}: ${String(thrown.message)}`
      : String(thrown);
  return { passed: false, reason: `${what}: ${message.slice(0, 200)}.` };
}
