import { Argument } from 'commander';
import { type AddCommand, defineCommand } from '../../program/define-command.js';
import { SHELLS, type Shell } from './shells.js';

/** `embedllm completion`, of these commands. */
export function completionOf(commands: readonly AddCommand[]): AddCommand {
  return (parent, execute, words) => {
    defineCommand({
      name: 'completion',
      summary: 'print a shell completion script for commands and options',
      details: 'Supports bash, zsh and fish. Regenerate it after an update.',
      examples: [
        { command: 'completion bash >> ~/.bashrc', meaning: 'bash' },
        { command: 'completion zsh >> ~/.zshrc', meaning: 'zsh, below compinit' },
        {
          command: 'completion fish > ~/.config/fish/completions/embedllm.fish',
          meaning: 'fish',
        },
      ],
      options: (command) => {
        command.addArgument(new Argument('<shell>', 'which shell').choices(SHELLS));
      },
      run: async (context, _, [shell]) => {
        const { completionScript } = await import('./completion-script.js');
        const { readCommands } = await import('./read-commands.js');
        const script = completionScript(
          SHELLS.find((name) => name === shell) ?? ('bash' satisfies Shell),
          readCommands([...commands, completionOf(commands)]),
        );
        context.result({ shell, script }, () => script.trimEnd());
        return undefined;
      },
    })(parent, execute, words);
  };
}
