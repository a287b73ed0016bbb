import { toCanonicalAddress } from '#core/network'

/** Longer than any address that a person pastes. */
const mostCharacters = 2048

/** Names that are not of the public internet: RFC 6761, 6762, 8375, 7686 and what networks call themselves inside. */
const insideNames =
  /(?:^|\.)(?:localhost|localdomain|local|internal|intranet|private|corp|home|lan|arpa|test|invalid|example|onion|alt)$/

/** Where a call goes: what is asked of the resolver, or the address that stands in the URL itself. */
export type OutsideTarget =
  | { kind: 'name'; url: URL; name: string }
  | { kind: 'address'; url: URL; address: string }
  /** The operator's exception for development and tests. */
  | { kind: 'allowed'; url: URL }

const defaultPorts: Record<string, string> = { 'http:': '80', 'https:': '443' }

/** What the URL names, by the canonical form that every parser of URLs gives decimal, octal and hexadecimal addresses. */
const toAddress = (hostname: string): string | undefined => toCanonicalAddress(hostname.replace(/^\[(.*)\]$/, '$1'))

/**
 * Reads an address that somebody gave. Undefined when it is none that we would call, whatever it resolves to: another
 * scheme or port, credentials in it, a name of networks inside.
 * @param allowedHosts of the form `host:port`, which may be anything
 */
export const readTarget = (text: string, allowedHosts: readonly string[]): OutsideTarget | undefined => {
  if (text.length > mostCharacters || !URL.canParse(text)) return undefined
  const url = new URL(text)
  const port = defaultPorts[url.protocol]
  if (port === undefined || url.username !== '' || url.password !== '') return undefined
  url.hash = ''
  if (allowedHosts.includes(`${url.hostname}:${url.port || port}`)) return { kind: 'allowed', url }
  if (url.port !== '') return undefined
  const address = toAddress(url.hostname)
  if (address !== undefined) return { kind: 'address', url, address }
  const isPublicName = /^[a-z0-9._-]+\.[a-z0-9-]*[a-z][a-z0-9-]*$/.test(url.hostname) && !insideNames.test(url.hostname)
  return isPublicName ? { kind: 'name', url, name: url.hostname } : undefined
}
