import { Problem } from '#core/problem'
import { type Command, exitCodes, Misuse } from './cli/command'
import { commands } from './cli/commands'
import { describeCommand, describeCommands } from './cli/help'
import { findCommand, readCall, unknownCommand } from './cli/read-call'
import { openShell } from './cli/shell'

/** Prints all of it: what is left in a pipe when a process exits is lost. */
const print = (text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    process.stdout.write(`${text}\n`, (error) => (error ? reject(error) : resolve()))
  })

const isHelp = (word: string) => word === '--help' || word === '-h' || word === 'help'

/** Help for what begins with the words that were typed, or for all. */
const helpFor = (typed: string[]): string | undefined => {
  const words = typed.filter((word) => !word.startsWith('-') && word !== 'help')
  const group = commands.filter(({ name }) => words.length === 0 || name.startsWith(`${words[0]} `))
  return words.length < 2 && group.length > 0 ? describeCommands(group) : undefined
}

const runCommand = async (command: Command, typed: string[]): Promise<void> => {
  const shell = openShell()
  const call = readCall(command, typed, shell)
  if (call.isOn('help')) return print(describeCommand(command))
  if (command.asks && !call.isOn('yes')) {
    if (!shell.isTerminal) throw new Misuse(`“postern ${command.name}” wants --yes where nobody can be asked.`)
    if (!(await shell.confirm(command.asks(call)))) throw new Error('Nothing was done.')
  }
  const { text, json, isBad } = await command.run(call)
  if (isBad && !call.isOn('json')) throw new Error(text)
  await print(call.isOn('json') ? JSON.stringify(json) : text)
  if (isBad) process.exit(exitCodes.failed)
}

const run = async (typed: string[]): Promise<void> => {
  const command = findCommand(commands, typed)
  if (command) return runCommand(command, typed)
  const help = typed.some(isHelp) ? helpFor(typed) : undefined
  if (help) return print(help)
  // One word that several commands begin with, or none.
  const beginnings = typed.length < 2 ? helpFor(typed) : undefined
  if (beginnings) throw new Misuse(beginnings)
  throw unknownCommand(commands, typed)
}

const exitCodeOf = (error: unknown): number => {
  if (error instanceof Misuse) return exitCodes.misused
  return error instanceof Problem && error.definition.status === 404 ? exitCodes.notFound : exitCodes.failed
}

/** Problems of a field say which, as an answer over HTTP does. */
const describeError = (error: unknown): string => {
  const { message, cause } = error instanceof Error ? error : new Error(String(error))
  const errors = error instanceof Problem ? error.facts.extensions?.errors : undefined
  if (Array.isArray(errors)) return [message, ...errors.map((fault) => JSON.stringify(fault))].join('\n')
  return cause instanceof Error ? `${message} (${cause.message})` : message
}

try {
  await run(process.argv.slice(2))
} catch (error) {
  console.error(describeError(error))
  process.exit(exitCodeOf(error))
}
