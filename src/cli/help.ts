import { type Command, exitCodes, type Option, usualOptions } from './command'

const usageOf = ({ name, args = [] }: Command): string => {
  const words = args.map((argument) => (argument.isOptional ? `[${argument.name}]` : `<${argument.name}>`))
  return ['postern', name, ...words].join(' ')
}

const inColumns = (rows: [string, string][]): string => {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n')
}

const optionRow = ([name, { summary, value, short }]: [string, Option]): [string, string] => [
  `${short ? `-${short}, ` : ''}--${name}${value ? ` <${value}>` : ''}`,
  summary,
]

/** What one command does and takes. */
export const describeCommand = (command: Command): string => {
  const { yes, ...usual } = usualOptions
  const options = { ...command.options, ...(command.asks && yes && { yes }), ...usual }
  return `${usageOf(command)}

${command.summary}

${inColumns(Object.entries(options).map(optionRow))}`
}

/** What there is, all of it or what begins with a word. */
export const describeCommands = (commands: readonly Command[]): string => `postern: the operator's commands

${inColumns(commands.map((command) => [usageOf(command), command.summary]))}

  postern <command> --help   what a command takes
  --json                     on every command: one JSON document on stdout

Exit codes: ${exitCodes.done} done, ${exitCodes.failed} failed, ${exitCodes.misused} misused, ${exitCodes.notFound} not found.
Settings come from the environment, as for the server: docs/configuration.md. More: docs/cli.md.`

/** How many letters have to change to make one word of another (Levenshtein). */
const distance = (one: string, other: string): number => {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at)
  for (const [i, letter] of [...one].entries()) {
    const next = [i + 1]
    for (const [j, another] of [...other].entries()) {
      const replaced = (row[j] ?? 0) + (letter === another ? 0 : 1)
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}

/** The name that somebody most likely meant. */
export const findNearest = (typed: string, names: readonly string[]): string | undefined =>
  names.toSorted((a, b) => distance(typed, a) - distance(typed, b))[0]
