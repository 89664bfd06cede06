import { EmbedLLMError } from '@embedllm/core';

/** Loads a package that only this entry needs. */
export async function requirePackage<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    throw new EmbedLLMError(
      'missing-dependency',
      `\`serveGateway\` needs the package ${name}: npm install hono @hono/node-server undici yaml`,
      { cause },
    );
  }
}

/** Loads a package where it is installed. */
export async function optionalPackage<T>(load: () => Promise<T>): Promise<T | undefined> {
  try {
    return await load();
  } catch (error) {
    const isAbsent =
      error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
    if (isAbsent) return undefined;
    throw error;
  }
}
