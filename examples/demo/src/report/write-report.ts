import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ReportContent, renderReport } from './render-report.js';

/** Ink that can be read on a white and on a dark page, where no page sets one. */
const STANDALONE_INK = '#7b8794';

/** Writes `report.html`, and figures that are images as files too; returns the report's path. */
export async function writeReport(folder: string, content: ReportContent): Promise<string> {
  const report = join(folder, 'report.html');
  await mkdir(join(folder, 'figures'), { recursive: true });
  await writeFile(report, renderReport(content));
  for (const { name, svg } of content.figures) {
    // A plot with a legend is a piece of HTML, which is no image file.
    if (!svg.startsWith('<svg')) continue;
    const standalone = svg
      .replace('<svg', '<svg xmlns="http://www.w3.org/2000/svg"')
      .replaceAll('currentColor', STANDALONE_INK);
    await writeFile(join(folder, 'figures', `${name}.svg`), standalone);
  }
  return report;
}
