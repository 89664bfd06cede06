// What reports are written with.
export { writeFile } from 'node:fs/promises';
