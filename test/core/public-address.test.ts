import { expect, test } from 'bun:test'
import fc from 'fast-check'
import './fixed-seed'
import { toCanonicalAddress } from '#core/network'
import { isPublicAddress } from '#core/public-address'

/** Of each range its first and its last address. */
const inside = `0.0.0.0 0.255.255.255 10.0.0.0 10.255.255.255 100.64.0.0 100.127.255.255 127.0.0.1 127.255.255.255
  169.254.0.0 169.254.169.254 169.254.255.255 172.16.0.0 172.31.255.255 192.0.0.0 192.0.0.170 192.0.2.1 192.31.196.1
  192.52.193.1 192.88.99.1 192.168.0.0 192.168.255.255 192.175.48.1 198.18.0.0 198.19.255.255 198.51.100.1 203.0.113.255
  224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
  :: ::1 ::7f00:1 ::ffff:0:7f00:1 64:ff9b::7f00:1 64:ff9b::808:808 64:ff9b:1::1 100::1 100:0:0:1::1
  2001::1 2001:0:7f00:1::1 2001:2::1 2001:10::1 2001:20::1 2001:1ff:ffff::1 2001:db8::1 2002:7f00:1:: 2002:808:808::1
  2620:4f:8000::1 3fff::1 3fff:fff::1 4000::1 5f00::1 fc00::1 fd00:ec2::254 fdff::1 fe80::1 febf::1 fec0::1 ff02::1`

const outside =
  `1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 169.253.255.255
  169.255.0.0 172.15.255.255 172.32.0.0 191.255.255.255 192.0.1.0 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0
  223.255.255.255 2001:200::1 2001:4860:4860::8888 2003::1 2606:4700:4700::1111 2a00::1 2620:4f:8001::1 3ffe::1`.split(
    /\s+/,
  )

const canonical = (address: string) => toCanonicalAddress(address) ?? `${address} is no address`

test('addresses of networks inside, of special purposes, and those that hold another one are not public', () => {
  const found = inside.split(/\s+/).filter((address) => isPublicAddress(canonical(address)))
  expect(found).toEqual([])
})

test('their neighbours are', () => {
  expect(outside.filter((address) => !isPublicAddress(canonical(address)))).toEqual([])
})

test('an IPv4 address that IPv6 maps is what it is', () => {
  for (const address of ['127.0.0.1', '169.254.169.254', '8.8.8.8']) {
    expect(isPublicAddress(canonical(`::ffff:${address}`))).toBe(isPublicAddress(address))
  }
})

test('of IPv6 nothing is public but global unicast', () => {
  fc.assert(
    fc.property(fc.ipV6(), (address) => {
      const known = toCanonicalAddress(address)
      if (!known?.includes(':') || !isPublicAddress(known)) return
      expect(known).toMatch(/^[23]/)
    }),
  )
})
