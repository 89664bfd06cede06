import { EmbedLLMError } from '@embedllm/core';

/** What an error of BullMQ means to someone who runs a worker. */
export function plainError(error: Error): Error {
  const [, job] =
    /^(?:could not renew lock for job|Missing lock for job) (\S+?)\.?(?: |$)/i.exec(
      error.message,
    ) ?? [];
  if (job === undefined) return error;
  return new EmbedLLMError(
    `The lease of job ${job} expired before it could be renewed, so another worker may run it too. If this happens often, raise --lease (leaseMs) or lower --concurrency.`,
    { code: 'timeout', cause: error },
  );
}
