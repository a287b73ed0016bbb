import type { BreachList } from '#core/platform'
import { createBreaker } from './circuit-breaker'
import { systemClock } from './system'

export interface PwnedPasswordsOptions {
  /** An address that speaks the range API of Pwned Passwords. */
  baseUrl: string
  /** How long the answer may take, its body included. */
  deadlineMs?: number
}

const prefixLength = 5

/** An answer has about 40 KB. */
const mostBytes = 1024 * 1024

/** The rest of a SHA-1 and how often it was seen; 0 if it only pads the answer. */
const entry = /^([0-9A-F]{35}):(\d+)$/

const sha1 = async (text: string): Promise<string> => {
  const digest = await crypto.subtle.digest('SHA-1', new TextEncoder().encode(text))
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase()
}

const readBounded = async (body: ReadableStream<Uint8Array> | null): Promise<string> => {
  const decoder = new TextDecoder()
  let [text, size] = ['', 0]
  for await (const chunk of body ?? []) {
    size += chunk.length
    if (size > mostBytes) throw new Error('The answer is too large.')
    text += decoder.decode(chunk, { stream: true })
  }
  return text
}

/** Throws for a line that is no entry, so that a page of some proxy is not taken for a list without the password. */
const isListed = (text: string, suffix: string): boolean => {
  const entries = text
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => entry.exec(line.toUpperCase()))
  if (entries.some((found) => found === null)) throw new Error('The answer is no list.')
  return entries.some((found) => found?.[1] === suffix && Number(found[2]) > 0)
}

/**
 * Pwned Passwords by k-anonymity: five of the forty hex digits of a password's SHA-1 leave us, and the answer is padded,
 * so that its size tells nothing. What is no list in time is `unavailable`, and after some of those nobody waits for it
 * for a moment; it never throws.
 */
export const createPwnedPasswords = ({ baseUrl, deadlineMs = 1_500 }: PwnedPasswordsOptions): BreachList => {
  const breaker = createBreaker({ clock: systemClock })

  const isFound = async (password: string): Promise<boolean> => {
    const hash = await sha1(password)
    const response = await fetch(`${baseUrl}/range/${hash.slice(0, prefixLength)}`, {
      headers: { 'add-padding': 'true', 'user-agent': 'Postern' },
      // `error` is not known in workerd.
      redirect: 'manual',
      signal: AbortSignal.timeout(deadlineMs),
    })
    if (!response.ok) {
      await response.body?.cancel()
      throw new Error('There is no list.')
    }
    return isListed(await readBounded(response.body), hash.slice(prefixLength))
  }

  return {
    find: (password) =>
      breaker
        .run(() => isFound(password))
        .then(
          (found) => (found ? 'found' : 'absent'),
          () => 'unavailable',
        ),
  }
}
