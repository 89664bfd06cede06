export { formatTable } from '@embedllm/internals';
