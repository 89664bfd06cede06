// A TypeDoc plugin: calls each module by what users import it as.
import { relative } from 'node:path';
import { Converter } from 'typedoc';
import { root } from '../workspace.mjs';
import { publicEntries } from './public-entries.mjs';

export function load(application) {
  const specifiers = new Map(publicEntries().map(({ specifier, source }) => [source, specifier]));
  application.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.children ?? []) {
      const source = project.getSymbolIdFromReflection(module)?.fileName ?? '';
      const specifier = specifiers.get(relative(root, source));
      if (specifier) module.name = specifier;
    }
  });
}
