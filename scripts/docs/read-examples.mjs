// Reads the `@example` parts of a source file's doc comments as Markdown of the same lines.

/** Blocks of all examples; what is not fenced is TypeScript as a whole. */
export function exampleMarkdown(source) {
  const lines = source.split('\n');
  const markdown = lines.map(() => '');
  let isInComment = false;
  let example; // the line of the tag, and whether its body has a fence of its own
  const close = (end) => {
    if (!example) return;
    const body = markdown.slice(example.line + 1, end);
    if (!body.some((line) => line.startsWith('```'))) {
      markdown[example.line] = '```ts';
      markdown[end] = '```';
    }
    example = undefined;
  };
  lines.forEach((text, line) => {
    if (/^\s*\/\*\*/.test(text)) isInComment = !text.includes('*/');
    if (!isInComment) return;
    const content = text.replace(/^\s*\/?\*+ ?/, '');
    if (text.includes('*/')) {
      close(line);
      isInComment = false;
    } else if (/^@example\b/.test(content)) {
      close(line);
      example = { line };
    } else if (/^@\w/.test(content)) {
      close(line);
    } else if (example) {
      markdown[line] = content;
    }
  });
  return markdown.join('\n');
}
