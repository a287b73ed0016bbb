/** What a letter begins with, and the marks on it that one can still read. */
const letter = /[\p{L}\p{N}]\p{M}{0,4}/u

/** Where nobody's name has a letter. */
const nobody = '?'

const isOneLetter = (text: string) => /^[\p{L}\p{N}]\p{M}{0,4}$/u.test(text)

/** In upper case, where that is one letter too. */
const upper = (text: string): string => (isOneLetter(text.toUpperCase()) ? text.toUpperCase() : text)

/** Whether a text can be what `initialsOf` gives: one letter or two, of any script. */
export const areInitials = (text: string): boolean => text === nobody || /^(?:[\p{L}\p{N}]\p{M}{0,4}){1,2}$/u.test(text)

/** The first letters of the first and of the last word of a name, in any script. */
export const initialsOf = (name: string): string => {
  const letters = name
    .normalize('NFC')
    .split(/\s+/u)
    .map((word) => letter.exec(word)?.[0])
    .filter((found) => found !== undefined)
  const [first, last] = [letters.at(0), letters.length > 1 ? letters.at(-1) : undefined]
  return first === undefined ? nobody : upper(first) + (last === undefined ? '' : upper(last))
}
