// How well nearest neighbours predict correctness from the vectors of each encoder, on the validation
// questions of ZeroEval, and how fast each encodes. The static tables are distilled from
// all-MiniLM-L6-v2, which never saw the questions.
import { accuracy, auroc, type QuestionEncoder } from '@embedllm/core';
import { createHashingEncoder, fitLsaEncoder, joinEncoders } from '../src/index.js';
import { staticMiniLm } from '../test/support/minilm/static-minilm.js';
import { nearestNeighbours } from '../test/support/nearest-neighbours.js';
import { hasZeroEval, readZeroEval } from '../test/support/zeroeval.js';

if (!hasZeroEval) {
  console.log('Skipped: the ZeroEval data are not there (set EMBEDLLM_ZEROEVAL to their folder).');
} else {
  const data = readZeroEval();
  const truth = data.correctness.selectQuestions(data.split.validation);
  const train = data.split.train.map((index) => data.prompts[index] ?? '');
  const lsa = await fitLsaEncoder({ texts: train });
  const reference = await measure('lsa, 256', lsa);
  for (const dimensions of [256, 512, 1024, 2048, 4096]) {
    const ms = await measure(`hashing, ${dimensions}`, createHashingEncoder({ dimensions }));
    console.log(`  CPU time of lsa over that of hashing: ${(reference / ms).toFixed(2)}`);
  }

  for (const dimensions of [64, 128, 256]) {
    const table = await staticMiniLm(dimensions);
    const ms = await measure(`static MiniLM, ${dimensions}`, table);
    console.log(`  CPU time of lsa over that of static: ${(reference / ms).toFixed(2)}`);
    for (const weight of [0.25, 0.5, 1]) {
      const joined = await joinEncoders([lsa, table], { weights: [1, weight] });
      await measure(`lsa with static MiniLM, ${dimensions}, 1 to ${weight}`, joined);
    }
  }

  /** Prints one encoder's figures; returns the CPU time of encoding all questions, in ms. */
  async function measure(name: string, encoder: QuestionEncoder): Promise<number> {
    const times: number[] = [];
    for (let run = 0; run < 3; run++) {
      const start = process.cpuUsage();
      await encoder.encode(data.prompts);
      const { user, system } = process.cpuUsage(start);
      times.push((user + system) / 1000);
    }
    const best = Math.min(...times);
    const vectors = await encoder.encode(data.prompts);
    const predictions = nearestNeighbours(data, vectors, 'validation', 131);
    console.log(
      `${name}: validation accuracy ${accuracy(predictions, truth).toFixed(4)}, AUROC ${auroc(predictions, truth)?.toFixed(4)}; ${(best / data.prompts.length).toFixed(3)} ms of CPU time a question`,
    );
    return best;
  }
}
