import type { Body } from './agent-server.js';
import { type AnsweredTurn, type AskedTurn, answerTurn, PROOF } from './turn.js';

/** How agents name the tool that runs a command, and what they give it. */
const SHELLS: Readonly<Record<string, (command: string) => object>> = {
  Bash: (command) => ({ command, description: 'Runs a command.' }),
  exec_command: (cmd) => ({ cmd }),
  shell_command: (command) => ({ command }),
  shell: (command) => ({ command: ['bash', '-lc', command] }),
};
const RESULT = /"type":"(?:tool_result|function_call_output)"|"role":"tool"/g;

/**
 * A model that shows the files that all prompts of a conversation name, as in "run `cat one.txt`", one after the
 * other, and says what the last one has. Everything else it repeats, such as a request for a title.
 */
export function useTools(turn: AskedTurn, body: Body): AnsweredTurn {
  const json = JSON.stringify(body);
  const names = [...json.matchAll(/"name":"(\w+)"/g)].map(([, name = '']) => name);
  const shell = names.find((name) => Object.hasOwn(SHELLS, name));
  const input = SHELLS[shell ?? ''];
  const commands = new Set([...json.matchAll(/`(cat \w+\.txt)`/g)].map(([, found = '']) => found));
  if (shell === undefined || input === undefined || commands.size === 0) {
    return answerTurn({ ...turn, results: [], hasTools: false });
  }
  const results = json.match(RESULT)?.length ?? 0;
  const command = [...commands][results];
  const thought = turn.thinks ? { thought: { text: 'Hm.', proof: PROOF } } : {};
  if (command === undefined) {
    // Agents may say more after a result.
    const said = json.match(/content-of-\w+/g)?.at(-1);
    return { ...thought, text: `It has ${said}.`, calls: [] };
  }
  const id = `call_${results + 1}`;
  return { ...thought, text: 'Let me look.', calls: [{ id, name: shell, input: input(command) }] };
}
