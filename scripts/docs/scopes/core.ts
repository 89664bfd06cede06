// What a trained model is used on.
import './artifact.js';

export { embeddings as questionEmbeddings } from './pool.js';
