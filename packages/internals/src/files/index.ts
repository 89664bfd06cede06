export { checkText } from './check-text.js';
export { replaceFile, syncFolder, writeDurably } from './write-file.js';
