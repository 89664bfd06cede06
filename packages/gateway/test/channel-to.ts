import { EventEmitter } from 'node:events';
import { type Handlers, ProcessChannel } from '../src/node/workers/process-channel.js';

/** A channel to a process that answers by these handlers, without a process. */
export function channelTo(handlers: Handlers): ProcessChannel {
  const [here, there] = [new EventEmitter(), new EventEmitter()];
  const port = (own: EventEmitter, other: EventEmitter) => ({
    on: own.on.bind(own),
    send: (message: unknown) => other.emit('message', message),
  });
  new ProcessChannel(port(there, here), handlers);
  return new ProcessChannel(port(here, there), {});
}
