import { expandAddress } from './network'

/**
 * IPv4 that is nobody's on the public internet (IANA's registry of special purposes, RFC 6890 and its successors): this
 * network, private, shared by carriers, loopback, link-local with the metadata of clouds, protocol assignments,
 * documentation, relays of 6to4, AS112, AMT, benchmarks, multicast, reserved.
 */
const specialIpv4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
]

/**
 * IPv6 within global unicast that is not a host's own: protocol assignments with Teredo, benchmarks and ORCHIDs,
 * documentation, 6to4, which holds an IPv4 address, and direct delegations of AS112.
 */
const specialIpv6 = ['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20']

/** Of all IPv6 this alone is given out to hosts; so what maps, translates or embeds IPv4 is left out with the rest. */
const globalUnicast = '2000::/3'

const toBits = (address: string): string =>
  address.includes(':')
    ? expandAddress(address)
        .map((group) => group.toString(2).padStart(16, '0'))
        .join('')
    : address
        .split('.')
        .map((octet) => Number(octet).toString(2).padStart(8, '0'))
        .join('')

const toPrefix = (network: string): string => {
  const [address = '', length] = network.split('/')
  return toBits(address).slice(0, Number(length))
}

const ipv4Prefixes = specialIpv4.map(toPrefix)
const ipv6Prefixes = specialIpv6.map(toPrefix)
const unicastPrefix = toPrefix(globalUnicast)

/**
 * Whether an address may be a host's on the public internet.
 * @param address in its canonical form, of `toCanonicalAddress`
 */
export const isPublicAddress = (address: string): boolean => {
  const bits = toBits(address)
  if (!address.includes(':')) return !ipv4Prefixes.some((prefix) => bits.startsWith(prefix))
  return bits.startsWith(unicastPrefix) && !ipv6Prefixes.some((prefix) => bits.startsWith(prefix))
}
