import {
  type Artifact,
  EmbedLLMError,
  fetchPretrained,
  type Progress,
  type QuestionEncoder,
} from '@embedllm/core';
import { restoreEncoder } from '@embedllm/question-encoder';
import { Router } from '@embedllm/router';
import type { ExplorerData } from '../../explorer-data.js';
import { readExplorerData } from './read-explorer-data.js';

/** All that the page works with. */
export interface Explorer {
  readonly artifact: Artifact;
  readonly encoder: QuestionEncoder;
  readonly router: Router;
  readonly data: ExplorerData;
  /** Bytes of the artifact, as downloaded. */
  readonly bytes: number;
}

/** What `loadExplorer` takes. */
export interface LoadOptions {
  /** Address of the page, next to which `artifact/` and `explorer.json` lie. */
  readonly base: string;
  readonly signal?: AbortSignal | undefined;
  /** Called as the artifact arrives, with bytes. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/**
 * Downloads the artifact and the figures, checks both, and makes the router.
 *
 * @throws EmbedLLMError `io` when a file cannot be had; DataError when one is damaged or the two
 * do not belong together.
 */
export async function loadExplorer({ base, signal, onProgress }: LoadOptions): Promise<Explorer> {
  let bytes = 0;
  const artifactUrl = new URL('artifact/', base);
  const dataUrl = new URL('explorer.json', base);
  const [artifact, text] = await Promise.all([
    fetchPretrained(artifactUrl, {
      signal,
      onProgress: (progress) => {
        bytes = progress.total;
        onProgress?.(progress);
      },
    }),
    fetchText(dataUrl, signal),
  ]);
  const data = readExplorerData(text, dataUrl.pathname, artifact);
  const encoder = await restoreEncoder(artifact.encoder);
  const router = Router.fromArtifact(artifact, { encoder });
  // The first question pays for compiling the scoring kernel: not one that a user waits for.
  await router.route(data.provenance.data, { signal });
  return { artifact, encoder, router, data, bytes };
}

async function fetchText(url: URL, signal: AbortSignal | undefined): Promise<string> {
  let response: Response;
  try {
    response = await fetch(url, signal ? { signal } : {});
    if (response.ok) return await response.text();
  } catch (cause) {
    signal?.throwIfAborted();
    throw new EmbedLLMError(`${url.pathname}: The download failed: ${String(cause)}.`, {
      code: 'io',
      cause,
    });
  }
  throw new EmbedLLMError(`${url.pathname}: The server answered ${response.status}.`, {
    code: 'io',
  });
}
