import type { Config } from './config'
import { isPrivateScheme } from './setting-types'

/** What parsers read differently: a scheme, authority or path that is not what it seems. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point
const treacherous = /[\s\\@\u0000-\u001f\u007f-\u{10ffff}]/u

const isLoopback = ({ protocol, hostname }: URL) =>
  protocol === 'http:' && (hostname === '127.0.0.1' || hostname === '[::1]')

/**
 * Where somebody may be sent back to, as a parsed address: only to our own origin and to those of REDIRECT_ORIGINS, a
 * program's own scheme and its ports on its own machine (RFC 8252, sections 7.1 and 7.3) among them. Undefined for
 * anything else.
 */
export const findRedirect = (config: Config, text: string): URL | undefined => {
  if (treacherous.test(text) || !URL.canParse(text)) return undefined
  const url = new URL(text)
  if (!text.toLowerCase().startsWith(`${url.protocol}//`) && !isPrivateScheme(url.protocol)) return undefined
  if (url.hash !== '' || text.includes('#')) return undefined
  const allowed = config.REDIRECT_ORIGINS
  if (isPrivateScheme(url.protocol)) return allowed.includes(url.protocol) ? url : undefined
  const isOurs = url.origin === new URL(config.BASE_URL).origin
  return isOurs || allowed.includes(url.origin) || (allowed.includes('loopback') && isLoopback(url)) ? url : undefined
}
