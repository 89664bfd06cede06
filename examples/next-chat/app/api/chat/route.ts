import { convertToModelMessages, streamText } from 'ai';
import { autoModel } from '../../../lib/auto-model';
import { type ChatMessage, routingNote } from '../../../lib/routing-note';

export async function POST(request: Request): Promise<Response> {
  const { messages }: { messages?: ChatMessage[] } = await request.json();
  if (!Array.isArray(messages) || messages.length === 0) {
    return Response.json({ error: '`messages` must be a list of messages.' }, { status: 400 });
  }
  const result = streamText({
    model: autoModel,
    messages: await convertToModelMessages(messages),
    // Nobody pays for an answer that nobody reads.
    abortSignal: request.signal,
  });
  return result.toUIMessageStreamResponse<ChatMessage>({
    messageMetadata: ({ part }) =>
      part.type === 'finish-step' ? routingNote(part.providerMetadata, part.usage) : undefined,
  });
}
