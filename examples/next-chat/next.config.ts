import type { NextConfig } from 'next';

export default {
  // They read files of their own, which a bundle would leave behind.
  serverExternalPackages: ['@embedllm/pretrained', '@embedllm/question-encoder'],
} satisfies NextConfig;
