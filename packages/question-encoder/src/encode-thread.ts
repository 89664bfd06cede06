// A thread that encodes texts, driven by `encodeInThread`.

import { parentPort, workerData } from 'node:worker_threads';
import type { EncoderRecord, QuestionEncoder } from '@embedllm/core';
import { restoreEncoder } from './record/restore-encoder.js';
import type { ThreadAnswer, ThreadRequest } from './threads/thread-messages.js';

const encoder: QuestionEncoder = await restoreEncoder(workerData as EncoderRecord);
parentPort?.postMessage('ready');

parentPort?.on('message', async ({ id, ask, texts }: ThreadRequest) => {
  try {
    const data =
      ask === 'encode' ? (await encoder.encode(texts)).data : await encoder.coverage?.(texts);
    const answer: ThreadAnswer = { id, data };
    parentPort?.postMessage(answer, data ? [data.buffer as ArrayBuffer] : []);
  } catch (error) {
    const answer: ThreadAnswer = { id, error };
    parentPort?.postMessage(answer);
  }
});
