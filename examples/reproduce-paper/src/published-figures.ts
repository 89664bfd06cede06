// What the paper reports: Zhuang et al., EmbedLLM, ICLR 2025, arXiv 2410.02223v2. Its data are
// RZ412/EmbedLLM (112 models, 36,054 questions of ten benchmarks, 80/10/10 by question), so that
// these figures compare with a run on that folder only.

/** Table 1: test accuracy of correctness forecasting by the number of training questions. */
export const FORECASTING_ACCURACY: readonly { size: string; kNN: number; embedLLM: number }[] = [
  { size: '1K', kNN: 0.6372, embedLLM: 0.6443 },
  { size: '5K', kNN: 0.7078, embedLLM: 0.7331 },
  { size: '10K', kNN: 0.7107, embedLLM: 0.7362 },
  { size: '15K', kNN: 0.7128, embedLLM: 0.7378 },
  { size: '20K', kNN: 0.7143, embedLLM: 0.739 },
  { size: '25K', kNN: 0.7146, embedLLM: 0.7394 },
  { size: '29K', kNN: 0.7152, embedLLM: 0.7409 },
];

/** TFLOP of the training on about 20,000 questions, of the paper's version for ICLR 2025. */
export const TRAINING_TFLOP = 107.71;

/** Section 5.2: seconds to route 3,000 questions on an A100. */
export const ROUTING_SECONDS = 3.8;

/** Section 5.3: benchmarks whose accuracies were predicted significantly, of ten. */
export const PREDICTED_BENCHMARKS = 7;
