// A TypeDoc plugin for references of several packages at once: calls each module by what users
// import it as, and looks for missing exports in every package.
import { relative } from 'node:path';
import { root } from '../workspace.mjs';
import { publicEntries } from './public-entries.mjs';

export function load(application) {
  const specifiers = new Map(publicEntries().map(({ specifier, source }) => [source, specifier]));
  // The event names come from the TypeDoc that loads this, of which the site has its own.
  const { EVENT_RESOLVE_BEGIN } = application.converter.constructor;
  application.converter.on(EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.children ?? []) {
      const source = project.getSymbolIdFromReflection(module)?.fileName ?? '';
      const specifier = specifiers.get(relative(root, source));
      if (specifier) module.name = specifier;
    }
  });

  // TypeDoc reports types that are used but not exported for the project's own package alone.
  // The command line's configuration refers to what its commands take, which their help lists.
  let isValidating = false;
  application.on(application.constructor.EVENT_VALIDATE_PROJECT, (project) => {
    if (isValidating) return;
    isValidating = true;
    const own = project.packageName;
    for (const name of new Set(application.options.getValue('packagesRequiringDocumentation'))) {
      if (name === '@embedllm/cli') continue;
      project.packageName = name;
      application.validate(project);
    }
    project.packageName = own;
    isValidating = false;
  });
}
