const longest = 60

/** What a mail client could make a link of, in whatever kind of letters, and what breaks or turns a line. */
const suspicious = /:\/\/|www\.|[.。]\p{L}{2}|[\p{Cc}\u2028\u2029\p{Bidi_Control}]/iu

/**
 * What a stranger wrote, at most 60 characters of it, or '' if it could be more than words: a link, another line. Mails
 * go to people who never asked for them, so nobody may use ours to send theirs.
 */
export const harmlessWords = (text: string): string => {
  const words = text.trim()
  const seen = words.normalize('NFKC').replace(/\p{Default_Ignorable_Code_Point}/gu, '')
  if (suspicious.test(words) || suspicious.test(seen)) return ''
  return [...words].slice(0, longest).join('').trimEnd()
}
