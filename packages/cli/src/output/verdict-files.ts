import { appendFile } from 'node:fs/promises';
import { EmbedLLMError } from '@embedllm/core';
import { reasonOf } from '@embedllm/internals';
import type { Context } from '../program/context.js';
import { replaceFile } from './replace-file.js';
import type { VerdictFileOptions } from './verdict-file-options.js';

/** A check that passed or did not. */
export interface Verdict {
  /** What was checked, such as `gsm8k>=0.8`. */
  readonly name: string;
  readonly verdict: 'pass' | 'fail' | 'undecided';
  /** One sentence. */
  readonly message: string;
}

/** What `writeVerdictFiles` writes. */
export interface VerdictReport {
  /** Name of the suite, such as `embedllm forecast`. */
  readonly suite: string;
  readonly verdicts: readonly Verdict[];
  /** The result as Markdown, above the verdicts. */
  readonly markdown: string;
}

/**
 * Writes the files that were asked for.
 *
 * @throws EmbedLLMError `io` when one cannot be written.
 */
export async function writeVerdictFiles(
  context: Context,
  { junit, summary }: VerdictFileOptions,
  report: VerdictReport,
): Promise<void> {
  if (junit !== undefined) await replaceFile(context.path(junit), formatJUnit(report));
  if (summary === undefined) return;
  const path = context.path(summary);
  try {
    await appendFile(path, formatSummary(report));
  } catch (cause) {
    throw new EmbedLLMError(`${path} cannot be written: ${reasonOf(cause)}`, { code: 'io', cause });
  }
}

/** JUnit's XML: a check that fails is a failure, one that is undecided an error. */
export function formatJUnit({ suite, verdicts }: VerdictReport): string {
  const count = (verdict: Verdict['verdict']): number =>
    verdicts.filter((entry) => entry.verdict === verdict).length;
  const totals = `tests="${verdicts.length}" failures="${count('fail')}" errors="${count('undecided')}"`;
  const cases = verdicts.map(({ name, verdict, message }) => {
    const start = `    <testcase classname="${escapeXml(suite)}" name="${escapeXml(name)}"`;
    if (verdict === 'pass') return `${start} />\n`;
    const element = verdict === 'fail' ? 'failure' : 'error';
    return `${start}>\n      <${element} type="${verdict}" message="${escapeXml(message)}" />\n    </testcase>\n`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites ${totals}>
  <testsuite name="${escapeXml(suite)}" ${totals}>
${cases.join('')}  </testsuite>
</testsuites>
`;
}

const MARKS = { pass: '✅', fail: '❌', undecided: '❔' };

function formatSummary({ verdicts, markdown }: VerdictReport): string {
  const lines = verdicts.map(({ verdict, message }) => `- ${MARKS[verdict]} ${message}`);
  return `${markdown.trimEnd()}\n${lines.length > 0 ? `\n${lines.join('\n')}\n` : ''}\n`;
}

/** Characters that XML has no place for, not even escaped, become U+FFFD. */
function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replace(/[\t\n\r]/g, ' ');
}
