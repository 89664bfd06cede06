export { checkText } from './check-text.js';
export { isPipeOrDevice, replaceFile, syncFolder, writeDurably } from './write-file.js';
