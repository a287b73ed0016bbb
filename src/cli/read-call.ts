import { parseArgs } from 'node:util'
import { type Call, type Command, Misuse, usualOptions } from './command'
import { describeCommand, findNearest } from './help'
import type { Shell } from './shell'

/** The command that the first words name, and how many of them. */
export const findCommand = (commands: readonly Command[], typed: readonly string[]): Command | undefined => {
  const words = typed.filter((word) => !word.startsWith('-'))
  return [2, 1]
    .map((count) => commands.find(({ name }) => name === words.slice(0, count).join(' ')))
    .find((command) => command !== undefined)
}

/** Says what there is instead. */
export const unknownCommand = (commands: readonly Command[], typed: readonly string[]): Misuse => {
  const words = typed.filter((word) => !word.startsWith('-')).slice(0, 2)
  const names = commands.map(({ name }) => name)
  const nearest = findNearest(words.join(' '), names)
  return new Misuse(`There is no command “${words.join(' ')}”. Did you mean “${nearest}”? postern --help lists all.`)
}

const parse = (command: Command, typed: readonly string[]) => {
  const known = { ...command.options, ...usualOptions }
  const options = Object.fromEntries(
    Object.entries(known).map(([name, { value, short }]) => [
      name,
      { type: value ? ('string' as const) : ('boolean' as const), ...(short && { short }) },
    ]),
  )
  try {
    return parseArgs({ args: [...typed], options, allowPositionals: true })
  } catch (error) {
    throw new Misuse(`${error instanceof Error ? error.message : error}\n\n${describeCommand(command)}`)
  }
}

/** Reads what was typed for a command. Throws a `Misuse`. */
export const readCall = (command: Command, typed: readonly string[], shell: Shell): Call => {
  const { values, positionals } = parse(command, typed)
  const words = positionals.slice(command.name.split(' ').length)
  const { args = [] } = command
  const isHelp = values.help === true
  const missing = args.find((argument, at) => !argument.isOptional && words[at] === undefined)
  if (!isHelp && missing) throw new Misuse(`<${missing.name}> is missing.\n\n${describeCommand(command)}`)
  if (!isHelp && words.length > args.length) {
    throw new Misuse(`“${words[args.length]}” is one word too many.\n\n${describeCommand(command)}`)
  }
  const findWord = (name: string) => words[args.findIndex((argument) => argument.name === name)]
  const find = (option: string) => {
    const value = values[option]
    return typeof value === 'string' ? value : undefined
  }
  return {
    word: (name) => {
      const word = findWord(name)
      if (word === undefined) throw new Misuse(`<${name}> is missing.`)
      return word
    },
    findWord,
    isOn: (option) => values[option] === true,
    find,
    shell,
  }
}
