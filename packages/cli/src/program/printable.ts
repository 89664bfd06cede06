export { printable } from '@embedllm/internals';
