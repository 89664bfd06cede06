export { count, duration, figure, percent, quantity } from '@embedllm/internals';
