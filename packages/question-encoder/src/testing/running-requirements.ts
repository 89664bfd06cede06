import type { QuestionEncoder } from '@embedllm/core';
import { encodeChecked, repeatTexts, requireEqualRows } from './compare-vectors.js';
import { type ConformanceSubject, demand, type Requirement } from './conformance-check.js';

/** Stands for a promise that was kept where it should have been broken. */
const RESOLVED = Symbol('resolved');

async function reasonOf(work: () => Promise<unknown>): Promise<unknown> {
  try {
    await work();
    return RESOLVED;
  } catch (reason) {
    return reason;
  }
}

function requireReason(outcome: unknown, reason: Error): void {
  demand(outcome !== RESOLVED, 'encode ran to completion after an abort.');
  demand(
    outcome === reason,
    `After an abort, encode must reject with the signal's reason, but rejected with ${String(outcome)}.`,
  );
}

async function abortOnFirstProgress(
  encoder: QuestionEncoder,
  { texts, manyTexts }: ConformanceSubject,
): Promise<void> {
  const controller = new AbortController();
  const reason = new Error('conformance: abort in progress');
  let aborted = false;
  // What comes after the last report cannot be stopped any more.
  const onProgress = ({ done, total }: { done: number; total: number }): void => {
    if (done >= total) return;
    aborted = true;
    controller.abort(reason);
  };
  // For encoders that report nothing: whether this comes in time is up to them.
  const timer = setTimeout(() => controller.abort(reason), 0);
  const many = repeatTexts(texts, manyTexts);
  const outcome = await reasonOf(() =>
    encoder.encode(many, { signal: controller.signal, onProgress }),
  );
  clearTimeout(timer);
  if (aborted || outcome !== RESOLVED) requireReason(outcome, reason);
}

/** What must hold for progress and cancellation. */
export const RUNNING_REQUIREMENTS: readonly Requirement[] = [
  {
    name: 'rejects with the reason of a signal that is already aborted',
    async check({ encoder, texts }) {
      const reason = new Error('conformance: aborted before');
      const signal = AbortSignal.abort(reason);
      const subject = await encoder();
      requireReason(await reasonOf(() => subject.encode([...texts], { signal })), reason);
    },
  },
  {
    name: 'rejects with the reason of a signal that aborts while it runs',
    async check(subject) {
      await abortOnFirstProgress(await subject.encoder(), subject);
    },
  },
  {
    name: 'keeps a call separate from a concurrent one that is aborted',
    async check({ createEncoder, texts, tolerance, manyTexts }) {
      const encoder = await createEncoder();
      const expected = await encodeChecked(encoder, texts);
      const controller = new AbortController();
      const { signal } = controller;
      const aborted = reasonOf(() => encoder.encode(repeatTexts(texts, manyTexts), { signal }));
      const other = encodeChecked(encoder, texts, 'texts during an abort');
      controller.abort(new Error('conformance: aborted during another call'));
      await aborted;
      requireEqualRows(await other, expected, {
        tolerance,
        message: 'An abort changed what another call returns.',
      });
    },
  },
  {
    name: 'works as before after an abort',
    async check(subject) {
      // One of its own, which no other check has aborted before.
      const encoder = await subject.createEncoder();
      const { texts, tolerance } = subject;
      const before = await encodeChecked(encoder, texts);
      const signal = AbortSignal.abort(new Error('conformance: aborted before'));
      await reasonOf(() => encoder.encode([...texts], { signal }));
      await abortOnFirstProgress(encoder, subject).catch(() => {});
      requireEqualRows(await encodeChecked(encoder, texts, 'texts after an abort'), before, {
        tolerance,
        message: 'An abort changed what later calls return.',
      });
    },
  },
  {
    name: 'reports progress that never decreases and ends with all texts',
    async check({ encoder, texts, manyTexts }) {
      const many = repeatTexts(texts, manyTexts);
      const reports: { done: number; total: number }[] = [];
      await encodeChecked(await encoder(), many, `${many.length} texts`, {
        onProgress: ({ done, total }) => reports.push({ done, total }),
      });
      let last = 0;
      for (const { done, total } of reports) {
        demand(
          total === many.length,
          `Progress reports must have the number of texts, ${many.length}, as total, but one has ${total}.`,
        );
        demand(
          Number.isInteger(done) && done >= 0 && done <= total,
          `Progress must be an integer from 0 to ${total}, but is ${done}.`,
        );
        demand(done >= last, `Progress decreased from ${last} to ${done}.`);
        last = done;
      }
      demand(
        reports.length === 0 || last === many.length,
        `The last progress report says ${last} of ${many.length} texts.`,
      );
    },
  },
];
