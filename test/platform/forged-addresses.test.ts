import { expect, test } from 'bun:test'
import { connect } from 'node:net'
import fc from 'fast-check'
import { createAddressReader } from '#platform/trusted-proxy'
import '../core/fixed-seed'
import { cloudflare, everythingForged, forwarded, hops, networks, none, read } from './read-address'

test('a caller changes nothing by what it sends, behind whatever is trusted', () => {
  const sent = fc.oneof(fc.ipV4(), fc.ipV6(), fc.constantFrom('10.0.0.9', '"', ',', '', 'unknown', '2001:db8:a::9'))
  fc.assert(
    fc.property(fc.array(sent, { maxLength: 200 }), (chain) => {
      // What one proxy, and then a second one, makes of a header that the caller sent.
      const once = { ...everythingForged, ...forwarded([...chain, '203.0.113.7'].join(', ')) }
      const twice = { ...everythingForged, ...forwarded([...chain, '203.0.113.7', '10.0.0.2'].join(',')) }
      expect(read(none, '203.0.113.7', once)).toBe('203.0.113.7')
      expect(read(hops(1), '10.0.0.1', once)).toBe('203.0.113.7')
      expect(read(hops(2), '10.0.0.1', twice)).toBe('203.0.113.7')
      expect(read(networks, '10.0.0.1', once)).toBe('203.0.113.7')
      expect(read(networks, '10.0.0.1', twice)).toBe('203.0.113.7')
      expect(read(networks, '203.0.113.7', twice)).toBe('203.0.113.7')
      expect(read(cloudflare, '203.0.113.7', once)).toBe('203.0.113.7')
    }),
  )
})

test('a caller that makes the header long neither hides nor costs anything, and what is too far left is nobody', () => {
  const padding = `${'6.6.6.6,'.repeat(100_000)}`
  expect(read(hops(1), '10.0.0.1', forwarded(`${padding}203.0.113.7`))).toBe('203.0.113.7')
  expect(read(networks, '10.0.0.1', forwarded(`${padding}203.0.113.7,10.0.0.2`))).toBe('203.0.113.7')
  expect(read(networks, '10.0.0.1', forwarded(`203.0.113.7${',10.0.0.2'.repeat(99)}`))).toBe('203.0.113.7')
  expect(read(networks, '10.0.0.1', forwarded(`203.0.113.7${',10.0.0.2'.repeat(100)}`))).toBeUndefined()
  expect(read(networks, '10.0.0.1', forwarded(`10.0.0.3${',10.0.0.2'.repeat(100_000)}`))).toBeUndefined()
  // Cut at 4096 characters, 203.0.113.7 would still look like an address.
  const rest = `,${' '.repeat(4078)}10.0.0.2`
  expect(read(networks, '10.0.0.1', forwarded(`203.0.113.7${rest}`))).toBeUndefined()
  expect(read(hops(2), '10.0.0.1', forwarded(`203.0.113.7${rest}`))).toBeUndefined()
  expect(read(hops(99), '10.0.0.1', forwarded(`203.0.113.7${',10.0.0.2'.repeat(98)}`))).toBe('203.0.113.7')
})

test('lines of one header are one chain on Bun, so that a caller’s own line stays to the left', async () => {
  const reader = createAddressReader(hops(1), () => '10.0.0.1')
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: (request) => new Response(reader(request) ?? 'nobody'),
  })
  const lines = ['X-Forwarded-For: 6.6.6.6', 'X-Other: 1', 'x-forwarded-for: 7.7.7.7', 'X-FORWARDED-FOR: 203.0.113.7']
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(Number(server.port), '127.0.0.1', () => {
      socket.write(['GET / HTTP/1.1', 'Host: localhost', 'Connection: close', ...lines, '', ''].join('\r\n'))
    })
    let text = ''
    socket.on('data', (bytes) => {
      text += bytes.toString()
    })
    socket.on('end', () => resolve(text))
    socket.on('error', reject)
  })
  await server.stop(true)
  expect(answer.split('\r\n\r\n')[1]).toBe('203.0.113.7')
})
