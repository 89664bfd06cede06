export { createFileCheckpoint, type FileCheckpoint } from './node/file-checkpoint.js';
