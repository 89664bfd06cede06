// Reads configuration blocks with the parsers that will read them.

import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse } from 'yaml';
import { anyEnvironment } from '../any-environment.mjs';

/** The name under which later blocks find a block's text: its directive's, or its first line's. */
export function fileNameOf(block) {
  const directive = block.directives.find(({ kind }) => kind === 'file');
  if (directive) return directive.value;
  return /^(?:#|\/\/) ([\w.-]+\.(?:ya?ml|jsonl?|csv))$/m.exec(block.code.split('\n')[0])?.[1];
}

/** @throws what the parser throws about the text. */
export async function checkConfiguration(block, gatewayModule) {
  const content = block.language === 'json' ? JSON.parse(block.code) : parse(block.code);
  if (basename(fileNameOf(block) ?? '').startsWith('gateway')) {
    const { parseGatewayConfiguration } = await import(pathToFileURL(gatewayModule).href);
    // Keys are read from variables that the reader of the document sets.
    parseGatewayConfiguration(content, { environment: anyEnvironment });
  }
}
