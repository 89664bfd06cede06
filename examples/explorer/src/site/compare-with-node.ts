import { resolve } from 'node:path';
import { restoreEncoder } from '@embedllm/question-encoder';
import { Router, utility } from '@embedllm/router';
import type { Page } from 'playwright-core';

/** What the page shows of a question. */
export interface ShownRanking {
  /** The model that the question goes to. */
  readonly chosen: string | undefined;
  /** Names and probabilities in the order of the ranking. */
  readonly rows: readonly { readonly model: string; readonly probability: number }[];
}

/** Types a question into the page and reads what it shows once that has settled. */
export async function askPage(page: Page, question: string): Promise<ShownRanking> {
  const before = await page.locator('.ranking').textContent();
  await page.getByRole('textbox', { name: 'Question' }).fill(question);
  await page.waitForFunction(
    (text) => document.querySelector('.ranking')?.textContent !== text,
    before,
  );
  return await readRanking(page);
}

/** Reads what the page shows now. */
export async function readRanking(page: Page): Promise<ShownRanking> {
  const rows = await page.locator('.ranking li').evaluateAll((items) =>
    items.map((item) => ({
      model: item.getAttribute('data-model') ?? '',
      probability: Number(item.querySelector('data')?.value),
    })),
  );
  const chosen = await page.locator('.decision-model').getAttribute('data-model');
  return { chosen: chosen ?? undefined, rows };
}

/** How the page's answer differs from that of a Router in Node with the same artifact. */
export interface Difference {
  readonly chosenInNode: string;
  /** Over all models. */
  readonly largestProbabilityError: number;
}

/**
 * Routes a question in Node as the page did.
 *
 * @param options.output - The folder that the page was built in.
 * @param options.lambda - λ of the page's policy; best quality when left out.
 */
export async function compareWithNode(
  shown: ShownRanking,
  options: { output: string; question: string; lambda: number | undefined },
): Promise<Difference> {
  const { output, question, lambda } = options;
  const folder = resolve(output, 'site/artifact');
  const router = await Router.fromPretrained(folder, { encoder: restoreEncoder });
  const { model } = await router.route(
    question,
    lambda === undefined ? {} : { policy: utility({ lambda }) },
  );
  const { candidates } = await router.route(question, { top: router.models.length });
  const probabilities = new Map(
    candidates.map((candidate) => [candidate.model.name, candidate.probability]),
  );
  const errors = shown.rows.map((row) =>
    Math.abs(row.probability - (probabilities.get(row.model) ?? Number.NaN)),
  );
  const isComplete = shown.rows.length === router.models.length && !errors.some(Number.isNaN);
  return {
    chosenInNode: model.name,
    largestProbabilityError: isComplete ? Math.max(...errors) : Number.POSITIVE_INFINITY,
  };
}
