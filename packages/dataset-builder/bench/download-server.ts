// The server that bench/download.ts downloads from, a process of its own.
import { HubServer } from '../test/hub-server.js';

const server = new HubServer();
await server.start();
const content = Buffer.alloc(Number(process.argv[2]) * 1e6, 'prompt_id,model_id,label\n');
server.commit('me/bench', { 'train.csv': content });
process.send?.(server.endpoint);
