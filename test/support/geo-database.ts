/** A value as MaxMind's format has it (MaxMind DB file format, version 2.0, “output data section”). */
type Value = string | number | { [key: string]: Value } | Value[]

const control = (type: number, size: number): number[] => {
  const [short, rest] =
    size < 29 ? [size, []] : size < 285 ? [29, [size - 29]] : [30, [(size - 285) >> 8, (size - 285) & 255]]
  return type < 8 ? [(type << 5) | short, ...rest] : [short, type - 7, ...rest]
}

const encode = (value: Value): number[] => {
  if (typeof value === 'string') {
    const bytes = [...new TextEncoder().encode(value)]
    return [...control(2, bytes.length), ...bytes]
  }
  if (typeof value === 'number')
    return [...control(6, 4), value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]
  if (Array.isArray(value)) return [...control(11, value.length), ...value.flatMap(encode)]
  const pairs = Object.entries(value)
  return [...control(7, pairs.length), ...pairs.flatMap(([key, member]) => [...encode(key), ...encode(member)])]
}

interface Node {
  children: [Node | number | undefined, Node | number | undefined]
}

const bitsOf = (network: string): number[] => {
  const [address = '', length = '32'] = network.split('/')
  return address
    .split('.')
    .flatMap((part) => [...Number(part).toString(2).padStart(8, '0')].map(Number))
    .slice(0, Number(length))
}

/**
 * A database of places in MaxMind's format: IPv4 networks, none within another, and what is known of each. Small, and the
 * same as theirs in kind.
 */
export const writeGeoDatabase = (records: Record<string, Value>, databaseType = 'GeoLite2-City'): Uint8Array => {
  const root: Node = { children: [undefined, undefined] }
  const nodes = [root]
  const data: number[] = []
  for (const [network, record] of Object.entries(records)) {
    const bits = bitsOf(network)
    let node = root
    for (const bit of bits.slice(0, -1)) {
      const known = node.children[bit]
      const next: Node = typeof known === 'object' ? known : { children: [undefined, undefined] }
      if (known === undefined) nodes.push(next)
      node.children[bit] = next
      node = next
    }
    node.children[bits.at(-1) ?? 0] = data.length
    data.push(...encode(record))
  }
  const toRecord = (child: Node | number | undefined): number => {
    if (child === undefined) return nodes.length
    return typeof child === 'number' ? nodes.length + 16 + child : nodes.indexOf(child)
  }
  const tree = nodes.flatMap(({ children }) =>
    children.map(toRecord).flatMap((record) => [record >>> 16, (record >>> 8) & 255, record & 255]),
  )
  const metadata = encode({
    node_count: nodes.length,
    record_size: 24,
    ip_version: 4,
    database_type: databaseType,
    languages: ['en'],
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_795_000_000,
    description: { en: 'A test' },
  })
  const marker = [0xab, 0xcd, 0xef, ...new TextEncoder().encode('MaxMind.com')]
  return Uint8Array.from([...tree, ...Array(16).fill(0), ...data, ...marker, ...metadata])
}

const names = (en: string) => ({ names: { en, de: `${en} auf Deutsch` } })

export const geoDatabase = (): Uint8Array =>
  writeGeoDatabase({
    '81.2.69.0/24': {
      city: names('London'),
      subdivisions: [{ ...names('England'), iso_code: 'ENG' }],
      country: { iso_code: 'GB', ...names('United Kingdom') },
    },
    '127.0.0.0/8': { city: names('Köln'), country: { iso_code: 'DE', ...names('Germany') } },
    '89.160.0.0/16': { country: { iso_code: 'SE', ...names('Sweden') } },
    '2.125.160.0/24': { city: names('Evil\r\n\u202eTown'), country: { iso_code: '<>', ...names('') } },
  })
