// How often the scorers agree with the labels of raw outputs, by kind, and next to them what a scorer
// of one line would get: the key anywhere in the last line. Disagreements follow, to look at.
import { percent } from '@embedllm/internals';
import { agreementByKind, hasMarkedOutputs, scoreMarkedOutputs } from '../test/marked-outputs.js';

if (!hasMarkedOutputs) {
  console.log('The marked outputs are absent: set EMBEDLLM_MARKED_OUTPUTS.');
} else {
  const start = performance.now();
  const scored = await scoreMarkedOutputs();
  const ms = performance.now() - start;
  for (const { kind, total, undecided, agreed } of agreementByKind(scored)) {
    const simple = scored.filter(({ kind: each, output, answer, label }) => {
      const last = output.trimEnd().split('\n').at(-1) ?? '';
      return each === kind && (last.includes(answer) ? 1 : 0) === label;
    }).length;
    const decided = total - undecided;
    console.log(
      `${kind}: ${agreed} of ${decided} decided agree (${percent(agreed / decided)}), ${undecided} of ${total} undecided; the key in the last line: ${percent(simple / total)}, ratio ${(agreed / decided / (simple / total)).toFixed(2)}`,
    );
  }
  console.log(`${scored.length} outputs in ${(ms / 1000).toFixed(1)} s`);
  for (const { kind, label, answer, output, score } of scored) {
    if (score.outcome === label) continue;
    console.log(
      JSON.stringify({ kind, label, key: answer, ...score, end: output.trimEnd().slice(-120) }),
    );
  }
}
