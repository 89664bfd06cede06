import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { readCommands } from '../commands/completion/read-commands.js';
import { commands } from '../commands/index.js';

interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
}

const SCHEMA = new URL('../../schema/embedllm.config.schema.json', import.meta.url);

function camelCase(flag: string): string {
  return flag
    .replace(/^--(no-)?/, '')
    .replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

describe('the JSON Schema of embedllm.config.json', async () => {
  const schema: Schema = JSON.parse(await readFile(SCHEMA, 'utf8'));
  const known = readCommands(commands).filter(
    ({ path, options }) => options.length > 0 && !['', 'completion'].includes(path.join('')),
  );

  it.each(known.map((command) => [command.path.join(' '), command] as const))(
    'has the options of %s, and no others',
    (_, { path, options }) => {
      const section = path.reduce<Schema | undefined>(
        (outer, name) => outer?.properties?.[name],
        schema,
      );
      const names = new Set(options.map(({ flag }) => camelCase(flag)));
      expect(Object.keys(section?.properties ?? {}).sort()).toEqual([...names].sort());
      for (const { flag, hasValue, choices } of options) {
        const field = section?.properties?.[camelCase(flag)];
        if (choices.length > 0) expect(field?.enum).toEqual(expect.arrayContaining([...choices]));
        else if (!hasValue && !flag.startsWith('--no-')) {
          expect(`${flag}: ${JSON.stringify(field)}`).toMatch(/"type":"boolean"|true/);
        }
      }
    },
  );
});
