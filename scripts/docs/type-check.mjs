// A worker thread: compiles modules under the project's strict settings, as a user's project would.
import { relative } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import ts from 'typescript';

/** Unused imports; those of the first line are the checker's own. */
const UNUSED = new Set([6133, 6192, 6196, 6198]);

parentPort.postMessage(typeCheck(workerData));

/** Errors as `{ path, line, message }`, line 1-based. */
function typeCheck({ folder, paths, settings }) {
  const { options, errors } = ts.convertCompilerOptionsFromJson(settings, folder);
  const program = ts.createProgram({ rootNames: paths, options });
  const diagnostics = [...errors, ...program.getOptionsDiagnostics()];
  for (const path of paths) {
    const source = program.getSourceFile(path);
    diagnostics.push(
      ...program.getSyntacticDiagnostics(source),
      ...program.getSemanticDiagnostics(source),
    );
  }
  const found = [];
  for (const { file, start = 0, code, messageText } of diagnostics) {
    const line = file ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
    if (line === 1 && UNUSED.has(code)) continue;
    const message = `${ts.flattenDiagnosticMessageText(messageText, '\n  ')} (TS${code})`;
    found.push({ path: file ? relative(folder, file.fileName) : '', line, message });
  }
  return found;
}
