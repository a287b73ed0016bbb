import type { Shell } from './shell'

export interface Argument {
  name: string
  isOptional?: boolean
}

export interface Option {
  summary: string
  /** What its value is called; without one it is a switch. */
  value?: string
  short?: string
}

/** What somebody typed for a command. */
export interface Call {
  /** The argument of this name. Throws a `Misuse` when it is not there. */
  word(name: string): string
  findWord(name: string): string | undefined
  isOn(option: string): boolean
  find(option: string): string | undefined
  shell: Shell
}

/** What a command did: in words, and as what `--json` prints. */
export interface Outcome {
  text: string
  json: unknown
  /** It was done, and what it found is bad: exit code 1, and the text goes to stderr. */
  isBad?: boolean
}

/** One thing that an operator can do. */
export interface Command {
  /** One word or two. */
  name: string
  summary: string
  args?: readonly Argument[]
  options?: Readonly<Record<string, Option>>
  /** What can't be taken back by the same command, as a question: it is asked, or `--yes` is given. */
  asks?(call: Call): string
  run(call: Call): Promise<Outcome>
}

/** Exit codes, for scripts. */
export const exitCodes = { done: 0, failed: 1, misused: 2, notFound: 3 } as const

/** Somebody typed what there is not, or too little. */
export class Misuse extends Error {
  override name = 'Misuse'
}

/** What every command takes. */
export const usualOptions: Readonly<Record<string, Option>> = {
  json: { summary: 'print one JSON document on stdout, and nothing else there' },
  yes: { summary: 'do it without being asked', short: 'y' },
  help: { summary: 'say what it does and takes', short: 'h' },
}
