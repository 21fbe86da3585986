/** Completion of tool names and their options for shells, as scripts to be sourced. */
import { allOptions } from '../options/tool-options.ts';
import type { Tool } from '../tool.ts';

export const completionScripts: ReadonlyMap<string, (tools: readonly Tool[]) => string> = new Map([
  ['bash', bashScript],
  ['zsh', zshScript],
]);

const words = ['checklist', 'tools', 'help', 'man', 'completion'];

function optionWords(tool: Tool): readonly string[] {
  return Object.values(allOptions(tool)).flatMap(({ short, long }) => [
    ...(short === undefined ? [] : [`-${short}`]),
    `--${long}`,
  ]);
}

function bashScript(tools: readonly Tool[]): string {
  const names = tools.map(({ name }) => name);
  const cases = tools
    .map((tool) => `    ${tool.name}) options="${optionWords(tool).join(' ')}" ;;\n`)
    .join('');
  return `# source <(kscope completion bash)
_kscope() {
  local word="\${COMP_WORDS[COMP_CWORD]}" options=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${[...words, ...names].join(' ')}" -- "$word") $(compgen -f -- "$word"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
    help|man) options="${names.join(' ')}" ;;
${cases}  esac
  COMPREPLY=($(compgen -W "$options" -- "$word"))
}
complete -o filenames -F _kscope kscope
`;
}

function zshScript(tools: readonly Tool[]): string {
  const described = ({ name, summary }: Tool) =>
    `    '${name}:${summary.replaceAll("'", "'\\''").replaceAll(':', '\\:')}'\n`;
  const cases = tools
    .map((tool) => `    ${tool.name}) compadd -- ${optionWords(tool).join(' ')} ;;\n`)
    .join('');
  return `#compdef kscope
# source <(kscope completion zsh)
_kscope() {
  local -a tools=(
${tools.map(described).join('')}  )
  if (( CURRENT == 2 )); then
    _describe tool tools
    _files
    return
  fi
  case "\${words[2]}" in
    help|man) _describe tool tools ;;
${cases}  esac
}
compdef _kscope kscope
`;
}
