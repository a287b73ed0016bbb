import { lowerAscii } from '#core/text'

/** RFC 5321, section 4.5.3.1: what fits into a path, and the local part alone. */
const longestAddressBytes = 254
const longestLocalPartBytes = 64

/** No quotes or specials (RFC 5322, section 3.2.3), and nothing invisible: controls, formats, lone surrogates. */
const localPart = /^[^\s\p{C}"(),:;<>@[\\\]]+$/u
const domain = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,63}|xn--[a-z0-9-]{1,59})$/

const byteLength = (text: string) => new TextEncoder().encode(text).length

/**
 * The one spelling of an address that we keep and compare: trimmed, ASCII letters in lower case. Undefined for what is
 * no address we accept: quoted local parts, look-alike characters (anything that NFKC would change), domains that are
 * not spelled in ASCII, longer than 254 bytes.
 */
export const normalizeEmailAddress = (text: string): string | undefined => {
  const address = lowerAscii(text.trim())
  if (byteLength(address) > longestAddressBytes || address !== address.normalize('NFKC')) return undefined
  const at = address.lastIndexOf('@')
  const local = address.slice(0, at)
  const isDotted = local.startsWith('.') || local.endsWith('.') || local.includes('..')
  if (at < 1 || byteLength(local) > longestLocalPartBytes || isDotted) return undefined
  return localPart.test(local) && domain.test(address.slice(at + 1)) ? address : undefined
}
