'use client';

import { useChat } from '@ai-sdk/react';
import { type FormEvent, useState } from 'react';
import type { ChatMessage } from '../lib/routing-note';
import { Note } from './note';

export default function Page() {
  const [text, setText] = useState('');
  const { messages, sendMessage, status, error } = useChat<ChatMessage>();
  const isBusy = status === 'submitted' || status === 'streaming';

  function submit(event: FormEvent) {
    event.preventDefault();
    if (isBusy || text.trim() === '') return;
    void sendMessage({ text });
    setText('');
  }

  return (
    <main>
      <h1>Routed chat</h1>
      <p>Each message goes to the cheapest model that is likely to answer it correctly.</p>
      <ol aria-label="Conversation" aria-live="polite">
        {messages.map(({ id, role, parts, metadata }) => (
          <li key={id} className={role}>
            {parts.map((part, index) =>
              // biome-ignore lint/suspicious/noArrayIndexKey: parts only get more.
              part.type === 'text' ? <p key={index}>{part.text}</p> : null,
            )}
            {metadata && <Note note={metadata} />}
          </li>
        ))}
      </ol>
      {error && <p role="alert">No model answered: {error.message}</p>}
      <form onSubmit={submit}>
        <label htmlFor="message">Message</label>
        <textarea
          id="message"
          rows={3}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <button type="submit" disabled={isBusy}>
          {isBusy ? 'Answering…' : 'Send'}
        </button>
      </form>
    </main>
  );
}
