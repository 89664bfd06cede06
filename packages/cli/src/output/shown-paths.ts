import { tmpdir } from 'node:os';
import { relative } from 'node:path';
import { ARCHIVE_FOLDER } from '@embedllm/internals';

/**
 * A text with files of unpacked archives as `archive.zip/member`: where they lay for a moment means
 * nothing to anybody.
 */
export function withShownPaths(text: string): string {
  if (!text.includes(ARCHIVE_FOLDER)) return text;
  const folders = [tmpdir(), relative(process.cwd(), tmpdir())].map(escaped).join('|');
  return text.replace(
    new RegExp(`(?:${folders})[/\\\\]${ARCHIVE_FOLDER}\\w+[/\\\\]\\d+[/\\\\]`, 'g'),
    '',
  );
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
