import { expect, test } from 'bun:test'
import { deviceOf } from '#features/sessions/device'

const firefox = (version: string) => `Mozilla/5.0 (X11; Linux x86_64; rv:${version}) Gecko/20100101 Firefox/${version}`
const iPhone = (version: string) => `Mozilla/5.0 (iPhone; CPU iPhone OS ${version} like Mac OS X) Safari/604.1`

const at = (ipAddress: string | null, userAgent: string | null = firefox('145.0')) =>
  deviceOf({ id: 'a request', ipAddress, userAgent, place: null, traceparent: null })

const home = '203.0.113.7'

test('versions of a browser or of its system make no other device', () => {
  expect(at(home, firefox('99.0'))).toBe(at(home, firefox('145.0.2')))
  expect(at(home, iPhone('18_6_1'))).toBe(at(home, iPhone('9_0')))
})

test('another browser or another system does', () => {
  const devices = [firefox('145.0'), firefox('145.0').replace('Linux', 'FreeBSD'), iPhone('18_6'), 'curl/8.5.0', '']
  expect(new Set(devices.map((agent) => at(home, agent))).size).toBe(devices.length)
})

test('an address of the same network makes no other device, one of another does', () => {
  expect(at('203.0.250.99')).toBe(at(home))
  for (const elsewhere of ['203.1.113.7', '198.51.100.7', '20.30.113.7']) expect(at(elsewhere)).not.toBe(at(home))
  expect(at('2001:db8:aaaa::1')).toBe(at('2001:db8:bbbb:1:2:3:4:5'))
  expect(at('2001:db9::1')).not.toBe(at('2001:db8::1'))
  expect(at('2001:db8::1')).not.toBe(at(home))
})

test('what is unknown is a device of its own, and no error', () => {
  expect(new Set([at(null, null), at(home, null), at(null), at(home)]).size).toBe(4)
  expect(at(null, null)).toBe(at('', ''))
})

test('neither the whole address nor a version is kept', () => {
  expect(at(home)).not.toContain('113')
  expect(at(home)).not.toContain('145')
  expect(at('2001:db8:1234:5678::9')).not.toContain('1234')
})
