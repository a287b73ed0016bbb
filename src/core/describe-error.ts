import { Problem, rootCause } from './problem'

/** An error as operators may see it: its kind, our own words, and where in our code it was. Never a value. */
export interface ErrorDescription {
  type: string
  message: string
  /** Lines such as `at verb (src/features/…/verb.ts:12:3)`, the innermost first; empty where none are known. */
  stack: string
}

/** Longer messages are somebody's data. */
const longestMessage = 300
const mostFrames = 30

/** What is left out of a message: all that may be a value. */
const values: RegExp[] = [
  /"[^"]*(?:"|$)|`[^`]*(?:`|$)|“[^”]*(?:”|$)/g,
  // Addresses of mail, of machines and of pages.
  /\S*@\S*/g,
  /(?<=\w:\/\/)\S+/g,
  /\b\d{1,3}(?:\.\d{1,3}){3}\b|(?:[\da-f]{0,4}:){3,}[\da-f]{0,4}/gi,
  // Tokens, hashes, codes.
  /(?=[\w+/=.-]*\d)[\w+/=.-]{20,}|\d{6,}/g,
]

/** A text with … for whatever may be a value. */
export const withoutValues = (text: string): string =>
  values.reduce((rest, value) => rest.replaceAll(value, '…'), text.slice(0, longestMessage))

const frame = /^\s*at (?:(?:async )?([\w$.<># [\]]{1,80}) \()?([^()\s]+:\d+:\d+)\)?$/
/** Where something of ours, or of a library, begins in a path. */
const known = /(?:^|\/)((?:src|db|test|node_modules)\/.*)$/

const toFrame = (line: string): string[] => {
  const [, name, place] = frame.exec(line) ?? []
  if (place === undefined) return []
  const shown = known.exec(place)?.[1] ?? place.slice(place.lastIndexOf('/') + 1)
  return [name === undefined ? `at ${shown}` : `at ${name} (${shown})`]
}

/** The frames alone: what stands before them is the message. */
const framesOf = ({ message, stack = '' }: Error): string => {
  const at = stack.indexOf(message)
  const lines = stack.slice(at < 0 ? 0 : at + message.length).split('\n')
  return lines.flatMap(toFrame).slice(0, mostFrames).join('\n')
}

/** What was thrown, as logs and reports may show it. */
export const describeError = (error: unknown): ErrorDescription => {
  const root = rootCause(error)
  const thrown = root instanceof Problem && root.facts.cause instanceof Error ? rootCause(root.facts.cause) : root
  if (!(thrown instanceof Error)) {
    return { type: 'Error', message: 'Something was thrown that is no error.', stack: '' }
  }
  const type = /^[\w$]{1,64}$/.test(thrown.name) ? thrown.name : 'Error'
  return { type, message: withoutValues(thrown.message), stack: framesOf(thrown) }
}
