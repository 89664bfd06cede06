// Checks that relative links of a Markdown file lead to files, and anchors to headings.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import GithubSlugger from 'github-slugger';
import { fromMarkdown } from 'mdast-util-from-markdown';

/** Broken links as `{ line, message }`, and the code spans as `{ line, text }`. */
export function checkLinks(markdown, file) {
  const problems = [];
  const codeSpans = [];
  visit(fromMarkdown(markdown), (node) => {
    const { line } = node.position.start;
    if (node.type === 'inlineCode') codeSpans.push({ line, text: node.value });
    if (!['link', 'image', 'definition'].includes(node.type)) return;
    if (/^[a-z][a-z+.-]*:|^\/\//i.test(node.url)) return;
    const [path, anchor] = node.url.split('#');
    const target = path === '' ? file : join(dirname(file), decodeURI(path));
    if (!existsSync(target)) problems.push({ line, message: `there is no ${node.url}` });
    else if (anchor && extname(target) === '.md' && !headingAnchors(target).has(anchor)) {
      problems.push({ line, message: `${path || 'this file'} has no heading #${anchor}` });
    }
  });
  return { problems, codeSpans };
}

function headingAnchors(file) {
  const anchors = new Set();
  if (!statSync(file).isFile()) return anchors;
  const slugger = new GithubSlugger();
  visit(fromMarkdown(readFileSync(file, 'utf8')), (node) => {
    if (node.type === 'heading') anchors.add(slugger.slug(textOf(node)));
  });
  return anchors;
}

function visit(node, action) {
  action(node);
  for (const child of node.children ?? []) visit(child, action);
}

function textOf(node) {
  return node.value ?? (node.children ?? []).map(textOf).join('');
}
