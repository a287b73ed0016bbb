import { BlockList } from 'node:net'
import { parseNetwork, toCanonicalAddress } from '#core/network'
import type { TrustedProxy } from '#core/protection-settings'
import { cloudflareNetworks } from './cloudflare-networks'

/** The part of `X-Forwarded-For` that is looked at, from its right: callers can make the rest as long as they like. */
const mostCharacters = 4096
const mostEntries = 100

const familyOf = (address: string) => (address.includes(':') ? 'ipv6' : 'ipv4')

/** Tells the addresses of these networks from others. */
const matcherOf = (networks: readonly string[]): ((address: string) => boolean) => {
  // One list would find every IPv4 address, as IPv6 maps it, in such a network as ::/64.
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() }
  for (const text of networks) {
    const network = parseNetwork(text)
    if (network === undefined) throw new Error(`${text} is no network.`)
    const family = familyOf(network.address)
    lists[family].addSubnet(network.address, network.prefixLength, family)
  }
  return (address) => lists[familyOf(address)].check(address, familyOf(address))
}

/** The address of an entry, which may be in quotes, in the brackets of an IPv6 address, and have a port. */
const toEntryAddress = (entry: string): string | undefined => {
  const text = /^"(.*)"$/.exec(entry)?.[1] ?? entry
  const inBrackets = /^\[([^:\]]*:[^\]]*)\](?::\d{1,5})?$/.exec(text)?.[1]
  const beforePort = /^([\d.]+):\d{1,5}$/.exec(text)?.[1]
  return toCanonicalAddress(inBrackets ?? beforePort ?? text)
}

/** The entries of all `X-Forwarded-For` lines, the last one first; one that is no address stands for what is too far. */
const entriesFromRight = (request: Request): string[] => {
  const header = request.headers.get('x-forwarded-for')
  if (header === null) return []
  const entries = header.slice(-mostCharacters).split(',').reverse()
  const whole = header.length > mostCharacters ? entries.slice(0, -1) : entries
  const isCut = whole.length < entries.length || whole.length > mostEntries
  return [...whole.slice(0, mostEntries), ...(isCut ? [''] : [])].map((entry) => entry.trim())
}

/** The last address that no trusted proxy has; if all have it, the first of them. */
const walk = (peer: string, entries: string[], isTrusted: (address: string) => boolean): string | undefined => {
  let address = peer
  for (const entry of entries) {
    if (!isTrusted(address)) return address
    const before = toEntryAddress(entry)
    if (before === undefined) return undefined
    address = before
  }
  return address
}

/**
 * Reads the caller's address in its canonical form, on nobody's word but that of the connection and of proxies that
 * are trusted; undefined when none of these vouches for one. No header is read but `X-Forwarded-For`, or in its place
 * `CF-Connecting-IP` from Cloudflare's edge.
 * @param peerOf the other end of the connection
 */
export const createAddressReader = (
  trusted: TrustedProxy,
  peerOf: (request: Request) => string | undefined,
): ((request: Request) => string | undefined) => {
  const readPeer = (request: Request) => toCanonicalAddress(peerOf(request) ?? '')
  switch (trusted.kind) {
    case 'none':
      return readPeer
    case 'hops':
      return (request) => toEntryAddress(entriesFromRight(request)[trusted.hops - 1] ?? '')
    case 'networks': {
      const isTrusted = matcherOf(trusted.networks)
      return (request) => {
        const peer = readPeer(request)
        return peer === undefined ? undefined : walk(peer, entriesFromRight(request), isTrusted)
      }
    }
    case 'cloudflare': {
      const isEdge = matcherOf(cloudflareNetworks)
      return (request) => {
        const peer = readPeer(request)
        if (peer === undefined || !isEdge(peer)) return peer
        return toCanonicalAddress(request.headers.get('cf-connecting-ip') ?? '')
      }
    }
  }
}

/** Tells whether a request comes from Cloudflare's edge, whose headers are then its word, and that word is trusted. */
export const createEdgeCheck = (
  trusted: TrustedProxy,
  peerOf: (request: Request) => string | undefined,
): ((request: Request) => boolean) => {
  if (trusted.kind !== 'cloudflare') return () => false
  const isEdge = matcherOf(cloudflareNetworks)
  return (request) => {
    const peer = toCanonicalAddress(peerOf(request) ?? '')
    return peer !== undefined && isEdge(peer)
  }
}
