import { expect, test } from 'bun:test'
import { isIP } from 'node:net'
import fc from 'fast-check'
import { isInNetwork, networkOf, parseNetwork, toCanonicalAddress } from '#core/network'
import { protectionSettings } from '#core/protection-settings'
import './fixed-seed'

const group = fc.integer({ min: 0, max: 0xffff })
const groups = (length: number) => fc.array(group, { minLength: length, maxLength: length })
const toHex = (numbers: number[]) => numbers.map((number) => number.toString(16)).join(':')
const canonical = (text: string) => toCanonicalAddress(text) ?? `${text} is refused`

test('an IPv6 address is written as RFC 5952 has it, however it came', () => {
  for (const [text, expected] of [
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:0db8::0001', '2001:db8::1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8::1:0:0:1', '2001:db8::1:0:0:1'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['::1:2:3:4:192.0.2.33', '::1:2:3:4:c000:221'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['::1', '::1'],
  ] as const)
    expect(canonical(text)).toBe(expected)
})

test('an address that is canonical stays as it is', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
      expect(canonical(canonical(text))).toBe(canonical(text))
    }),
  )
})

test('an IPv4 address is the same address when it comes mapped into IPv6, in whatever notation', () => {
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number)
      const hex = toHex([a * 256 + b, c * 256 + d])
      expect(canonical(address)).toBe(address)
      for (const prefix of ['::ffff:', '::FFFF:', '0:0:0:0:0:ffff:', '0000::ffff:']) {
        expect(canonical(prefix + address)).toBe(address)
        expect(canonical(prefix + hex)).toBe(address)
      }
    }),
  )
})

test('an IPv6 address that only looks like a mapped one stays IPv6', () => {
  for (const text of ['::1.2.3.4', '::fffe:1.2.3.4', '1::ffff:1.2.3.4', '::ffff:0:1.2.3.4'])
    expect(canonical(text)).toContain(':')
})

test('what is no address, or has a zone, a port, brackets or leading zeros, is refused', () => {
  for (const text of [
    ...[
      '',
      ' ',
      'localhost',
      'unknown',
      '_hidden',
      '1.2.3',
      '1.2.3.4.5',
      '1.2.3.256',
      '1.2.3.4 ',
      ' 1.2.3.4',
      '1.2.3.4\n',
    ],
    ...['01.2.3.4', '1.2.3.04', '0x7f.0.0.1', '0x7f000001', '2130706433', '127.1', '1..2.3', '1.2.3.', '-1.2.3.4'],
    ...['1.2.3.4:80', '[::1]', '[::1]:80', '::1%eth0', 'fe80::1%1', '::1/128', '1.2.3.4/32', '١.٢.٣.٤'],
    ...[
      ':',
      ':::',
      '::1:',
      '1::2::3',
      '1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7:8:9',
      '12345::',
      'g::',
      '::ffff:01.2.3.4',
      '::1.2.3',
    ],
    ...['::]/@[::1', '::1]#', '1.2.3.4, 5.6.7.8', `${'0'.repeat(4000)}::1`],
  ])
    expect(toCanonicalAddress(text)).toBeUndefined()
})

test('it takes what is an address to Node too, but for zones, and throws at nothing', () => {
  const near = fc.string({ unit: fc.constantFrom(...'0123456789abcdefF:::...%[]/x '), maxLength: 50 })
  const damaged = fc.tuple(fc.oneof(fc.ipV4(), fc.ipV6()), fc.nat(45), fc.constantFrom('', ':', '::', '.', '0', 'f'))
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    near,
    fc.ipV4(),
    fc.ipV6(),
    damaged.map(([address, at, added]) => address.slice(0, at) + added + address.slice(at + 1)),
  )
  fc.assert(
    fc.property(texts, (text) => {
      const address = toCanonicalAddress(text)
      expect([text, address !== undefined]).toEqual([text, isIP(text) > 0 && !text.includes('%')])
      if (address !== undefined) expect(networkOf(address)).toMatch(/^[\da-f.:]+(\/64)?$/)
    }),
    { numRuns: 5000 },
  )
})

test('a thousand addresses of one /64 have one network', () => {
  fc.assert(
    fc.property(groups(4), fc.array(groups(4), { minLength: 1000, maxLength: 1000 }), (prefix, hosts) => {
      // No IPv4 address is among them.
      fc.pre(prefix.some((number) => number > 0))
      expect(new Set(hosts.map((host) => networkOf(canonical(toHex([...prefix, ...host]))))).size).toBe(1)
    }),
    { numRuns: 20 },
  )
})

test('addresses of two /64 have two networks, even if all else is equal', () => {
  fc.assert(
    fc.property(groups(4), fc.nat(3), group, groups(4), (prefix, at, other, host) => {
      fc.pre(prefix[at] !== other)
      const [one, two] = [prefix, prefix.with(at, other)].map((half) => networkOf(canonical(toHex([...half, ...host]))))
      expect(one).not.toBe(two)
    }),
  )
})

test('an IPv4 address is a network of its own', () => {
  expect(networkOf('192.0.2.1')).toBe('192.0.2.1')
  expect(networkOf('2001:db8::1')).toBe('2001:db8:0:0::/64')
  expect(networkOf('::1')).toBe('0:0:0:0::/64')
})

test('a network is read in CIDR notation, and one address is a network', () => {
  expect(parseNetwork('10.0.0.0/8')).toEqual({ address: '10.0.0.0', prefixLength: 8 })
  expect(parseNetwork('10.0.0.1')).toEqual({ address: '10.0.0.1', prefixLength: 32 })
  expect(parseNetwork('2001:DB8::/32')).toEqual({ address: '2001:db8::', prefixLength: 32 })
  expect(parseNetwork('::1')).toEqual({ address: '::1', prefixLength: 128 })
  expect(parseNetwork('::ffff:10.0.0.0/104')).toEqual({ address: '10.0.0.0', prefixLength: 8 })
  expect(parseNetwork('::ffff:10.0.0.1')).toEqual({ address: '10.0.0.1', prefixLength: 32 })
})

const noNetworks = [
  ...['999.1.1.1/8', '10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/08', '10.0.0.0/', '10.0.0.0/8/8', '10.0/8', '10.0.0.0/x'],
  ...['::/129', '::/999', 'g::/8', '2001:db8::/1e1', 'fe80::%1/64', '[::1]/128', 'localhost', '/8', 'none'],
  ...['0.0.0.0/0', '::/0', '::ffff:0.0.0.0/96', '::ffff:10.0.0.0/8'],
]

test('what is no network is refused, and so is one that is the whole internet', () => {
  for (const text of noNetworks) expect(parseNetwork(text)).toBeUndefined()
})

test('TRUSTED_PROXY with anything wrong in it is a fault, and without one trusts nobody', () => {
  const setting = protectionSettings.TRUSTED_PROXY
  expect(setting.parse(undefined)).toEqual({ kind: 'none' })
  expect(setting.parse('cloudflare')).toEqual({ kind: 'cloudflare' })
  expect(setting.parse('hops:2')).toEqual({ kind: 'hops', hops: 2 })
  expect(setting.parse('cidr:10.0.0.0/8, ::1')).toEqual({ kind: 'networks', networks: ['10.0.0.0/8', '::1'] })
  for (const text of ['', 'all', 'Cloudflare', 'hops', 'hops:0', 'hops:-1', 'hops:1.5', 'hops:100', 'cidr:', 'cidr:,'])
    expect(setting.safeParse(text).success).toBe(false)
  for (const text of noNetworks) expect(setting.safeParse(`cidr:10.0.0.0/8,${text}`).success).toBe(false)
})

test('an address is in a network or not, each in its family', () => {
  const isIn = (address: string, text: string) => {
    const network = parseNetwork(text)
    return network !== undefined && isInNetwork(address, network)
  }
  for (const [address, network] of [
    ['10.255.0.1', '10.0.0.0/8'],
    ['10.0.0.1', '10.0.0.99/24'],
    ['192.0.2.129', '192.0.2.128/25'],
    ['192.0.2.1', '::ffff:192.0.2.0/120'],
    ['2001:db8:ffff::1', '2001:db8::/32'],
    ['::1', '::1'],
  ] as const) {
    expect(isIn(address, network), `${address} in ${network}`).toBe(true)
  }
  for (const [address, network] of [
    ['11.0.0.1', '10.0.0.0/8'],
    ['192.0.2.127', '192.0.2.128/25'],
    ['10.0.0.2', '10.0.0.1'],
    ['2001:db9::', '2001:db8::/32'],
    ['10.0.0.1', '::/1'],
    ['::a00:1', '10.0.0.0/8'],
  ] as const) {
    expect(isIn(address, network), `${address} in ${network}`).toBe(false)
  }
})
