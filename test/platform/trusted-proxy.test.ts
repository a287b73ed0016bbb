import { expect, test } from 'bun:test'
import type { TrustedProxy } from '#core/protection-settings'
import { createAddressReader } from '#platform/trusted-proxy'
import { cloudflare, everythingForged, forged, forwarded, hops, networks, none, read } from './read-address'

test('when nobody is trusted, the address is the connection’s, whatever headers say', () => {
  for (const peer of ['203.0.113.7', '10.0.0.1', '173.245.48.1', '127.0.0.1'])
    expect(read(none, peer, everythingForged)).toBe(peer)
})

test('the address is canonical, and a connection without one has none', () => {
  for (const trusted of [none, networks, cloudflare]) {
    expect(read(trusted, '::ffff:203.0.113.7')).toBe('203.0.113.7')
    expect(read(trusted, '2001:DB8:0:0::1')).toBe('2001:db8::1')
    for (const peer of [undefined, '', '/run/socket', 'fe80::1%eth0'])
      expect(read(trusted, peer, everythingForged)).toBeUndefined()
  }
  expect(read(hops(1), undefined, forwarded('::FFFF:203.0.113.7'))).toBe('203.0.113.7')
  expect(read(cloudflare, '173.245.48.1', { 'CF-Connecting-IP': '2001:DB8::0:1' })).toBe('2001:db8::1')
})

const ofHops: [count: number, chain: string, expected: string | undefined][] = [
  [1, '203.0.113.7', '203.0.113.7'],
  [1, '6.6.6.6, 203.0.113.7', '203.0.113.7'],
  [1, 'unknown,,6.6.6.6,203.0.113.7', '203.0.113.7'],
  [2, '203.0.113.7, 10.0.0.2', '203.0.113.7'],
  [2, '6.6.6.6, 203.0.113.7, 10.0.0.2', '203.0.113.7'],
  [2, '203.0.113.7,\tunknown', '203.0.113.7'],
  [3, '6.6.6.6, 203.0.113.7, 172.16.0.1, 10.0.0.2', '203.0.113.7'],
  [2, '203.0.113.7', undefined],
  [3, '203.0.113.7, 10.0.0.2', undefined],
  [1, '', undefined],
  [1, '203.0.113.7,', undefined],
  [1, '203.0.113.7, unknown', undefined],
  [1, '203.0.113.7, fe80::1%eth0', undefined],
  [2, '203.0.113.7, , 10.0.0.2', undefined],
]

test('of N proxies the first is believed: the Nth entry from the right, and nothing to the left of it', () => {
  for (const [count, chain, expected] of ofHops) {
    expect([chain, read(hops(count), '10.0.0.1', forwarded(chain))]).toEqual([chain, expected])
    expect([chain, read(hops(count), '10.0.0.1', { ...everythingForged, ...forwarded(chain) })]).toEqual([
      chain,
      expected,
    ])
  }
  expect(read(hops(1), '10.0.0.1', { ...forged, 'CF-Connecting-IP': '6.6.6.6' })).toBeUndefined()
})

const ofNetworks: [peer: string, chain: string, expected: string | undefined][] = [
  ['10.0.0.1', '203.0.113.7', '203.0.113.7'],
  ['::ffff:10.0.0.1', '203.0.113.7', '203.0.113.7'],
  ['192.0.2.1', '203.0.113.7', '203.0.113.7'],
  ['2001:db8:a:1::1', '203.0.113.7', '203.0.113.7'],
  ['10.0.0.1', '6.6.6.6, 203.0.113.7', '203.0.113.7'],
  ['10.0.0.1', '6.6.6.6, 203.0.113.7, 10.0.0.2, 2001:DB8:A::2', '203.0.113.7'],
  ['10.0.0.1', '203.0.113.7, ::ffff:10.0.0.2', '203.0.113.7'],
  ['10.0.0.1', 'unknown, 203.0.113.7', '203.0.113.7'],
  ['10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
  ['10.0.0.1', '2001:db8:b::1, 10.0.0.2', '2001:db8:b::1'],
  ['10.0.0.1', '10.0.0.3, 203.0.113.7, 10.0.0.2', '203.0.113.7'],
  ['10.0.0.1', '203.0.113.7, unknown', undefined],
  ['10.0.0.1', '203.0.113.7, unknown, 10.0.0.2', undefined],
  ['10.0.0.1', '203.0.113.7,,10.0.0.2', undefined],
  ['10.0.0.1', '', undefined],
  ['192.0.2.2', '6.6.6.6', '192.0.2.2'],
  ['11.0.0.1', '6.6.6.6', '11.0.0.1'],
  ['2001:db8:b::1', '6.6.6.6', '2001:db8:b::1'],
  ['203.0.113.7', '6.6.6.6, 10.0.0.2', '203.0.113.7'],
  ['203.0.113.7', 'unknown', '203.0.113.7'],
]

test('from the right, the first address outside the trusted networks is the caller, and nothing before it counts', () => {
  for (const [peer, chain, expected] of ofNetworks) {
    expect([peer, chain, read(networks, peer, forwarded(chain))]).toEqual([peer, chain, expected])
    const headers = { ...everythingForged, ...forwarded(chain) }
    expect([peer, chain, read(networks, peer, headers)]).toEqual([peer, chain, expected])
  }
})

test('a trusted proxy that forwards for nobody is the caller itself', () => {
  expect(read(networks, '10.0.0.1', { ...forged, 'CF-Connecting-IP': '6.6.6.6' })).toBe('10.0.0.1')
})

test('an IPv6 network takes in no IPv4 address, though IPv6 could map it there', () => {
  const low: TrustedProxy = { kind: 'networks', networks: ['::/64'] }
  expect(read(low, '::1', forwarded('203.0.113.7'))).toBe('203.0.113.7')
  expect(read(low, '203.0.113.7', forwarded('6.6.6.6'))).toBe('203.0.113.7')
})

test('a network that is none stops the start', () => {
  for (const text of ['999.1.1.1/8', '10.0.0.0/33', '::/129', '0.0.0.0/0'])
    expect(() => createAddressReader({ kind: 'networks', networks: [text] }, () => undefined)).toThrow(text)
})

const entries: [entry: string, expected: string | undefined][] = [
  ['203.0.113.7:567', '203.0.113.7'],
  ['"203.0.113.7:567"', '203.0.113.7'],
  ['"203.0.113.7"', '203.0.113.7'],
  ['2001:db8::1', '2001:db8::1'],
  ['[2001:DB8::1]', '2001:db8::1'],
  ['[2001:db8::1]:567', '2001:db8::1'],
  ['"[2001:db8::1]:567"', '2001:db8::1'],
  ['[::ffff:203.0.113.7]:567', '203.0.113.7'],
  ['203.0.113.7:', undefined],
  ['203.0.113.7:http', undefined],
  ['203.0.113.7:123456', undefined],
  ['203.0.113.7:1:1', undefined],
  ['[203.0.113.7]', undefined],
  ['[2001:db8::1', undefined],
  ['[2001:db8::1]567', undefined],
  ['[[2001:db8::1]]', undefined],
  ['[2001:db8::1%1]:567', undefined],
  ['"203.0.113.7', undefined],
  ['""', undefined],
  ['for=203.0.113.7', undefined],
  ['203.0.113.7 6.6.6.6', undefined],
  ['0xcb.0.113.7', undefined],
  ['203.0.113.07', undefined],
  ['localhost', undefined],
]

test('an entry may have a port, brackets and quotes, and is otherwise an address or nobody', () => {
  for (const [entry, expected] of entries) {
    expect([entry, read(hops(1), '10.0.0.1', forwarded(`6.6.6.6, ${entry}`))]).toEqual([entry, expected])
    expect([entry, read(networks, '10.0.0.1', forwarded(`6.6.6.6, ${entry} , 10.0.0.2`))]).toEqual([entry, expected])
  }
})

const edge = ['173.245.48.1', '::ffff:104.16.0.1', '104.27.255.255', '131.0.75.255', '2606:4700::1', '2a06:98c7::1']
const notEdge = [
  '203.0.113.7',
  '104.28.0.0',
  '131.0.76.0',
  '173.245.47.255',
  '2a06:98c8::1',
  '2606:4701::1',
  '10.0.0.1',
]

test('Cloudflare’s edge is believed about the caller, in its own header only', () => {
  for (const peer of edge) {
    expect(read(cloudflare, peer, { ...everythingForged, 'CF-Connecting-IP': '203.0.113.7' })).toBe('203.0.113.7')
    expect(read(cloudflare, peer, { ...forged, ...forwarded('6.6.6.6') })).toBeUndefined()
    for (const address of ['', 'unknown', '203.0.113.7, 6.6.6.6', '203.0.113.7:567', '[2001:db8::1]'])
      expect(read(cloudflare, peer, { 'CF-Connecting-IP': address })).toBeUndefined()
  }
})

test('who only says to be Cloudflare’s edge is the caller', () => {
  for (const peer of notEdge) expect(read(cloudflare, peer, everythingForged)).toBe(peer)
})
