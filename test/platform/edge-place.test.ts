import { expect, test } from 'bun:test'
import type { TrustedProxy } from '#core/protection-settings'
import { readEdgePlace } from '#platform/edge-place'
import { createEdgeCheck } from '#platform/trusted-proxy'
import { cloudflare, hops, networks, none } from './read-address'

/** A header as it comes from the network: each byte a character. */
const asBytes = (text: string) => String.fromCharCode(...new TextEncoder().encode(text))

const request = (headers: Record<string, string>) => new Request('http://localhost/', { headers })

const visitor = { 'cf-ipcountry': 'BR', 'cf-ipcity': asBytes('São Paulo'), 'cf-region': asBytes('São Paulo') }

test('the edge’s headers say where a visitor is, in UTF-8', () => {
  expect(readEdgePlace(request(visitor))).toBe('São Paulo, BR')
  expect(readEdgePlace(request({ 'cf-ipcountry': 'US', 'cf-ipcity': 'Austin', 'cf-region': 'Texas' }))).toBe(
    'Austin, Texas, US',
  )
  expect(readEdgePlace(request({ 'cf-ipcountry': 'JP', 'cf-ipcity': asBytes('東京') }))).toBe('東京, JP')
  expect(readEdgePlace(request({ 'cf-ipcountry': 'XX' }))).toBeNull()
  expect(readEdgePlace(request({}))).toBeNull()
})

test('bytes that are no UTF-8 are taken for Latin-1, and long or hostile ones are cut', () => {
  expect(readEdgePlace(request({ 'cf-ipcity': 'K\u00f6ln', 'cf-ipcountry': 'DE' }))).toBe('Köln, DE')
  expect(readEdgePlace(request({ 'cf-ipcity': asBytes('A\u202eB\u2028C'), 'cf-ipcountry': '<b>' }))).toBe('A B C')
  expect(readEdgePlace(request({ 'cf-ipcity': 'x'.repeat(10_000) }))?.length).toBe(64)
})

const vouches = (trusted: TrustedProxy, peer: string | undefined, headers: Record<string, string> = visitor) =>
  createEdgeCheck(trusted, () => peer)(request(headers))

test('nobody but Cloudflare’s edge is believed, and only where it is trusted', () => {
  for (const edge of ['173.245.48.1', '::ffff:173.245.48.1', '2606:4700::1']) {
    expect(vouches(cloudflare, edge)).toBe(true)
    for (const trusted of [none, hops(1), networks]) expect(vouches(trusted, edge)).toBe(false)
  }
  for (const peer of ['203.0.113.7', '127.0.0.1', '10.0.0.1', '::1', '', undefined, 'garbage']) {
    const claims = { ...visitor, 'cf-connecting-ip': '173.245.48.1', 'x-forwarded-for': '173.245.48.1' }
    expect(vouches(cloudflare, peer, claims)).toBe(false)
  }
})
