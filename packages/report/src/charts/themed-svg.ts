import { parseHTML } from 'linkedom';
import { cleanText } from '../render/html.js';

/** Attributes that would need inline styles allowed, or mean nothing in a page. */
const DROPPED = ['style', 'class', 'font-family', 'xmlns', 'xmlns:xlink'];

/**
 * A chart of Observable Plot as a part of the page: without styles of its own, which the page's
 * content security policy would refuse, and named for readers who do not see it.
 *
 * @param svg - Text of one `svg` element.
 * @param label - What it shows, in a sentence.
 */
export function themedSvg(svg: string, label: string): string {
  const { document } = parseHTML(`<!doctype html><html><body>${svg}</body></html>`);
  const root = document.querySelector('svg');
  if (!root) throw new Error('The chart is not an SVG.');
  for (const style of [...root.querySelectorAll('style')]) style.remove();
  for (const child of [...root.children]) if (child.localName === 'title') child.remove();
  for (const element of [root, ...root.querySelectorAll('*')]) {
    for (const name of DROPPED) element.removeAttribute(name);
    // Labels of groups would be read out one by one; the chart has one label, and a table.
    element.removeAttribute('aria-label');
    element.removeAttribute('aria-description');
  }
  root.setAttribute('role', 'img');
  root.setAttribute('aria-label', label);
  root.setAttribute('font-size', '12');
  return cleanText(root.outerHTML);
}
