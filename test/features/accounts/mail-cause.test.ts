import { expect, test } from 'bun:test'
import type { JobContext } from '#core/context'
import { mailCause } from '#features/accounts/mail-cause'
import { openWorld } from '../../platform'

const world = await openWorld()
const causedAt = new Date('2026-11-22T11:59:30.123Z')

const contextOf = (userAgent: string | null, ipAddress: string | null): JobContext => ({
  ...world.platform,
  actor: { kind: 'system', job: 'test' },
  request: { id: 'a request', userAgent, ipAddress, place: null, traceparent: null },
  job: { id: 'a job', causedAt, isLastTry: false },
})

const browserOf = (userAgent: string | null) => mailCause(contextOf(userAgent, null)).browser

const mozilla = 'Mozilla/5.0'
const webKit = 'AppleWebKit/537.36 (KHTML, like Gecko)'

for (const [userAgent, browser] of [
  [`${mozilla} (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0`, 'Firefox, Linux'],
  [`${mozilla} (Windows NT 10.0; Win64; x64) ${webKit} Chrome/142.0.0.0 Safari/537.36`, 'Chrome, Windows'],
  [
    `${mozilla} (Windows NT 10.0; Win64; x64) ${webKit} Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0`,
    'Microsoft Edge, Windows',
  ],
  [
    `${mozilla} (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15`,
    'Safari, macOS',
  ],
  [
    `${mozilla} (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1`,
    'Safari, iOS',
  ],
  [`${mozilla} (Linux; Android 10; K) ${webKit} Chrome/142.0.0.0 Mobile Safari/537.36`, 'Chrome, Android'],
] as const) {
  test(`a mail speaks of ${browser} as its owner would`, () => {
    expect(browserOf(userAgent)).toBe(browser)
  })
}

test('no version, no build and no model of a device is mailed', () => {
  const agent = `${mozilla} (Linux; Android 14; SM-S928B Build/UP1A) ${webKit} Chrome/142.0.7444.171 Mobile Safari/537.36`
  expect(browserOf(agent)).toBe('Chrome, Android')
})

for (const agent of [null, '', '   ', 'nonsense', '\u202e<b>', 'x'.repeat(5000)]) {
  test(`an agent of ${agent === null ? 'nothing' : `${agent.length} characters`} that is no browser is not repeated`, () => {
    expect(browserOf(agent)).toBe('')
  })
}

test('the address and the time are those of the request, whenever the mail is made', () => {
  const cause = mailCause(contextOf(null, '2001:db8::7'))
  expect(cause).toEqual({ browser: '', ipAddress: '2001:db8::7', requestedAt: '2026-11-22T11:59:30.123Z' })
  expect(mailCause(contextOf(null, null)).ipAddress).toBe('')
})
