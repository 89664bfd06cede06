import { EmbedLLMError } from '@embedllm/core';

/**
 * Hands errors of BullMQ on in words for someone who runs a worker. That a lease was lost, which BullMQ
 * repeats at each renewal, is said once a job.
 */
export function sayPlainly(onError: (error: Error) => void): (error: Error) => void {
  const said = new Set<string>();
  return (error) => {
    const plain = plainError(error);
    if (plain !== error && said.has(plain.message)) return;
    if (plain !== error) said.add(plain.message);
    onError(plain);
  };
}

function plainError(error: Error): Error {
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
