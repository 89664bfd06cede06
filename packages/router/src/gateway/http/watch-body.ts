/**
 * The same answer, with word of how it ends. The body is passed on piece by piece; when the client
 * goes away its source is cancelled.
 *
 * @param onEnd - Told once: whether the whole body was taken.
 */
export function watchBody(response: Response, onEnd: (isWhole: boolean) => void): Response {
  const { body } = response;
  if (!body) {
    onEnd(true);
    return response;
  }
  const reader = body.getReader();
  const watched = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) {
          controller.enqueue(value);
          return;
        }
        onEnd(true);
        controller.close();
      } catch (error) {
        onEnd(false);
        controller.error(error);
      }
    },
    async cancel(reason) {
      onEnd(false);
      await reader.cancel(reason);
    },
  });
  return new Response(watched, response);
}
