const groupsOf = (part: string): string[] => (part === '' ? [] : part.split(':'))

/** The eight groups of an IPv6 address in its canonical form, as numbers. */
export const expandAddress = (canonical: string): number[] => {
  const [head = '', tail] = canonical.split('::')
  const [first, last] = [groupsOf(head), groupsOf(tail ?? '')]
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => '0')
  return [...first, ...zeros, ...last].map((group) => Number.parseInt(group, 16))
}

/** The IPv4 address that an IPv6 one maps (RFC 4291, section 2.5.5.2), if it does. */
const toMappedIpv4 = (groups: number[]): string | undefined => {
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  const [high = 0, low = 0] = groups.slice(6)
  return isMapped ? [high >> 8, high & 255, low >> 8, low & 255].join('.') : undefined
}

/** Four decimal numbers and nothing that a URL would also take for an IPv4 address, such as 0x7f.1. */
const plainIpv4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/

/** An IPv4 address at the end of an IPv6 one (RFC 4291, section 2.2) in hexadecimal: not all URL parsers take all. */
const withoutDots = (text: string): string =>
  text.replace(/[^:]+$/, (end) => {
    if (!plainIpv4.test(end)) return end
    const [a = 0, b = 0, c = 0, d = 0] = end.split('.').map(Number)
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
  })

/**
 * The one way to write an IP address: IPv4 in four decimal numbers, also if it came mapped into IPv6; IPv6 as RFC 5952
 * has it. Undefined for what is no address, or has a zone or a port.
 */
export const toCanonicalAddress = (text: string): string | undefined => {
  if (plainIpv4.test(text)) return text
  if (text.length > 45 || !text.includes(':')) return undefined
  const hexadecimal = withoutDots(text)
  const url = `http://[${hexadecimal}]/`
  // Bun's URL parser takes one colon at the end.
  if (!/^[0-9a-fA-F:]*([0-9a-fA-F]|::)$/.test(hexadecimal) || !URL.canParse(url)) return undefined
  const canonical = new URL(url).hostname.slice(1, -1)
  return toMappedIpv4(expandAddress(canonical)) ?? canonical
}

/**
 * What one caller can't change at will: an IPv4 address, or the first half of an IPv6 one, since the other half is the
 * caller's to choose (RFC 4291, section 2.5.4).
 * @param address in its canonical form
 */
export const networkOf = (address: string): string =>
  address.includes(':')
    ? `${expandAddress(address)
        .slice(0, 4)
        .map((group) => group.toString(16))
        .join(':')}::/64`
    : address

/** A range of addresses (RFC 4632, section 3.1; RFC 4291, section 2.3), by one of them in its canonical form. */
export interface Network {
  address: string
  prefixLength: number
}

/**
 * Reads a network in CIDR notation, or one address; one that IPv6 maps becomes IPv4's. Undefined for what is neither,
 * and for all of the internet, which nobody means to trust.
 */
export const parseNetwork = (text: string): Network | undefined => {
  const [, written = '', prefix] = /^([^/]+)(?:\/([1-9]\d{0,2}))?$/.exec(text) ?? []
  const address = toCanonicalAddress(written)
  if (address === undefined) return undefined
  const mostBits = written.includes(':') ? 128 : 32
  const mappedBits = written.includes(':') && !address.includes(':') ? 96 : 0
  const bits = prefix === undefined ? mostBits : Number(prefix)
  return bits <= mostBits && bits > mappedBits ? { address, prefixLength: bits - mappedBits } : undefined
}

const bitsOf = (address: string): string =>
  (address.includes(':')
    ? expandAddress(address).map((group) => group.toString(2).padStart(16, '0'))
    : address.split('.').map((byte) => Number(byte).toString(2).padStart(8, '0'))
  ).join('')

/** Whether an address, in its canonical form, is in a network. */
export const isInNetwork = (address: string, { address: first, prefixLength }: Network): boolean =>
  address.includes(':') === first.includes(':') &&
  bitsOf(address).slice(0, prefixLength) === bitsOf(first).slice(0, prefixLength)
