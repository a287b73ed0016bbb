/** A text that must not be found, and what to call it. */
export interface Needle {
  text: string
  name: string
  /** Found only where it is no part of a longer word or number. */
  isAlone: boolean
}

/** As many characters as are looked at together; no needle is shorter. */
export const windowLength = 6

const bits = 22
const filter = new Uint8Array(1 << bits)
const byHash = new Map<number, { needle: Needle; offset: number }[]>()

/** Of the last six characters, in two halves of three. */
const mix = (older: number, newer: number): number =>
  (Math.imul(older, 0x9e3779b1) ^ Math.imul(newer, 0x85ebca6b)) >>> (32 - bits)

/** The three characters that end at a position, as a number. */
const push = (three: number, code: number): number => ((three << 10) ^ code) & 0x3fffffff

const hashOf = (window: string): number => {
  let [older, newer] = [0, 0]
  for (let at = 0; at < 3; at += 1) {
    older = push(older, window.charCodeAt(at))
    newer = push(newer, window.charCodeAt(at + 3))
  }
  return mix(older, newer)
}

/** Adds one. Its middle is looked for: beginnings and ends are alike in many. */
export const addNeedle = (needle: Needle): void => {
  const offset = Math.floor((needle.text.length - windowLength) / 2)
  const hash = hashOf(needle.text.slice(offset, offset + windowLength))
  filter[hash] = 1
  byHash.set(hash, [...(byHash.get(hash) ?? []), { needle, offset }])
}

const isWord = (character: string | undefined) => character !== undefined && /[\w.:-]/.test(character)

const isAt = (text: string, { needle, offset }: { needle: Needle; offset: number }, middle: number): boolean => {
  const begin = middle - offset
  if (!text.startsWith(needle.text, begin)) return false
  return !needle.isAlone || !(isWord(text[begin - 1]) || isWord(text[begin + needle.text.length]))
}

const lineAt = (text: string, position: number) => text.slice(0, position).split('\n').length

/** Names of the needles in a text, each once, with the line of its first appearance: one pass, however many needles there are. */
export const findNeedles = (text: string): string[] => {
  const found = new Map<string, number>()
  let [older, newer] = [0, 0]
  const codes = [0, 0, 0]
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    older = push(older, codes[at % 3] ?? 0)
    codes[at % 3] = code
    newer = push(newer, code)
    const oldest = at - windowLength + 1
    if (oldest < 0) continue
    const hash = mix(older, newer)
    if (filter[hash] !== 1) continue
    for (const candidate of byHash.get(hash) ?? []) {
      if (isAt(text, candidate, oldest) && !found.has(candidate.needle.name)) found.set(candidate.needle.name, oldest)
    }
  }
  return [...found].map(([name, position]) => `${name}, line ${lineAt(text, position)}`)
}
