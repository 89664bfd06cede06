// Reads the fenced code blocks of Markdown and the directives before them: HTML comments, which
// readers do not see.
//
//   <!-- scope: trained -->   names of scripts/docs/scopes/trained.ts may be used
//   <!-- setup                TypeScript that runs first, whose names the block may use
//   const answers = [1, 0];
//   -->
//   <!-- continues -->        the names of the TypeScript block (or setup) before may be used
//   <!-- no-run: reason -->   types are checked, the block is not run
//   <!-- file: name -->       the block is a file of this name, for the blocks after it
//   <!-- output -->           the block is what the TypeScript block before it prints
import { fromMarkdown } from 'mdast-util-from-markdown';

const DIRECTIVE = /^<!--\s*(scope|setup|continues|no-run|file|output)\b[ \t]*:?/;

/** Code blocks in order, with their language, text, first line (1-based) and directives. */
export function readBlocks(markdown, file) {
  const blocks = [];
  let directives = [];
  const visit = (node) => {
    if (node.type === 'html') {
      directives.push(...readDirectives(node, file));
      return;
    }
    if (node.type === 'code') {
      blocks.push({
        file,
        language: node.lang ?? '',
        code: node.value,
        line: node.position.start.line + 1,
        directives,
      });
      directives = [];
      return;
    }
    if (node.children) {
      for (const child of node.children) visit(child);
    } else if (directives.length > 0) {
      throw new Error(`${file}:${directives[0].line}: no code block follows this directive.`);
    }
  };
  visit(fromMarkdown(markdown));
  if (directives.length > 0) {
    throw new Error(`${file}:${directives[0].line}: no code block follows this directive.`);
  }
  return blocks;
}

function readDirectives(node, file) {
  const directives = [];
  for (const comment of node.value.matchAll(/<!--[\s\S]*?-->/g)) {
    const start = DIRECTIVE.exec(comment[0]);
    const line =
      node.position.start.line + node.value.slice(0, comment.index).split('\n').length - 1;
    if (!start) continue;
    const value = comment[0].slice(start[0].length, -'-->'.length);
    if (start[1] === 'no-run' && value.trim() === '') {
      throw new Error(`${file}:${line}: say why the block is not run: <!-- no-run: reason -->`);
    }
    directives.push({ kind: start[1], value: start[1] === 'setup' ? value : value.trim(), line });
  }
  return directives;
}
