export { checkText } from './check-text.js';
export { type OpenToReadOptions, openToRead, readWhole } from './open-to-read.js';
export { readText } from './read-text.js';
export { isPipeOrDevice, replaceFile, syncFolder, writeDurably } from './write-file.js';
