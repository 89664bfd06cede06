import type { KnownCommand } from './read-commands.js';
import type { Shell } from './shells.js';

/** Options of every command. */
const GLOBAL = ['--config', '--json', '--quiet', '--debug', '--no-color', '--help'];

/** What a shell runs to complete the command line. */
export function completionScript(shell: Shell, commands: readonly KnownCommand[]): string {
  if (shell === 'bash') return bash(commands);
  return shell === 'zsh' ? zsh(commands) : fish(commands);
}

function bash(commands: readonly KnownCommand[]): string {
  return `# embedllm: completion for bash
_embedllm() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" place='' words='' word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
${placeCase(commands)}
  done
${valueCase(commands, (values) => `COMPREPLY=($(compgen -W '${values}' -- "$current")); return`)}
${wordCase(commands)}
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _embedllm embedllm
`;
}

function zsh(commands: readonly KnownCommand[]): string {
  return `# embedllm: completion for zsh
_embedllm() {
  local current="$words[CURRENT]" previous="$words[CURRENT-1]" place='' found='' word
  for word in "\${(@)words[2,CURRENT-1]}"; do
${placeCase(commands)}
  done
${valueCase(commands, (values) => `compadd -- ${values}; return`)}
${wordCase(commands).replaceAll(' words=', ' found=')}
  if [[ -n "$found" ]]; then compadd -- \${(z)found}; else _files; fi
}
compdef _embedllm embedllm
`;
}

/** Which command the words so far name, as `/probe/nearest`. */
function placeCase(commands: readonly KnownCommand[]): string {
  const places = commands.filter(({ path }) => path.length > 0).map(placeOf);
  return `    case "$place/$word" in ${places.join('|')}) place="$place/$word" ;; esac`;
}

/** Values of an option that takes only some. */
function valueCase(
  commands: readonly KnownCommand[],
  complete: (values: string) => string,
): string {
  const cases = commands.flatMap((command) =>
    command.options
      .filter(({ choices }) => choices.length > 0)
      .map(
        ({ flag, choices }) =>
          `    '${placeOf(command)} ${flag}') ${complete(choices.join(' '))} ;;`,
      ),
  );
  return ['  case "$place $previous" in', ...cases, '  esac'].join('\n');
}

/** Options where a word begins with a dash, else commands; files where there are none. */
function wordCase(commands: readonly KnownCommand[]): string {
  const cases = commands.map((command) => {
    const flags = [...command.options.map(({ flag }) => flag), ...GLOBAL].join(' ');
    const names = command.commands.map(({ name }) => name).join(' ');
    const place = placeOf(command) || "''";
    return `    ${place}) if [[ "$current" == -* ]]; then words='${flags}'; else words='${names}'; fi ;;`;
  });
  return ['  case "$place" in', ...cases, '  esac'].join('\n');
}

function placeOf({ path }: KnownCommand): string {
  return path.map((name) => `/${name}`).join('');
}

function fish(commands: readonly KnownCommand[]): string {
  const lines = commands.flatMap((command) => {
    const { path } = command;
    const seen = path.map((name) => `__fish_seen_subcommand_from ${name}`);
    const names = command.commands.map(({ name }) => name).join(' ');
    const next = [...seen, `not __fish_seen_subcommand_from ${names}`].join('; and ');
    return [
      ...command.commands.map(
        ({ name, summary }) =>
          `complete -c embedllm -n ${quoted(next)} -f -a ${name} -d ${quoted(summary)}`,
      ),
      ...command.options.map(({ flag, description, hasValue, choices }) => {
        const when = seen.length > 0 ? ` -n ${quoted(seen.join('; and '))}` : '';
        const value =
          choices.length > 0 ? ` -x -a ${quoted(choices.join(' '))}` : hasValue ? ' -r' : '';
        return `complete -c embedllm${when} -l ${flag.slice(2)}${value} -d ${quoted(description)}`;
      }),
    ];
  });
  const global = GLOBAL.map((flag) => `complete -c embedllm -l ${flag.slice(2)}`);
  return ['# embedllm: completion for fish', ...lines, ...global, ''].join('\n');
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', ' ')}'`;
}
