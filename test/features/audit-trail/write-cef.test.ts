import { expect, test } from 'bun:test'
import fc from 'fast-check'
import type { RecordView } from '#features/audit-trail/search-contract'
import { writeCef } from '#features/audit-trail/write-cef'
import { writeSyslog } from '#features/audit-trail/write-syslog'
import '../../core/fixed-seed'

const record: RecordView = {
  id: '01a20320-a200-72ab-9695-f71ac8ef36c2',
  position: 7,
  occurredAt: '2026-11-22T12:00:00.123Z',
  type: 'login.failed',
  outcome: 'failed',
  retention: 'security',
  actor: { kind: 'anonymous', id: null, credential: null },
  userId: '01a20320-a200-70a7-83c2-54d37c2859b0',
  sessionId: null,
  requestId: 'r-1',
  traceId: null,
  ipAddress: '203.0.113.7',
  userAgent: 'Engine/1.0',
  place: null,
  data: { reason: 'credentials' },
  sealed: null,
}

/** Reads a line of CEF as a receiver does: an escaped character stands for itself, and a key begins after a space. */
const readCef = (line: string) => {
  const header: string[] = []
  let at = 0
  for (let part = ''; header.length < 7; at += 1) {
    const character = line[at]
    if (character === undefined) throw new Error('The header has seven parts.')
    if (character === '|') {
      header.push(part)
      part = ''
    } else if (character === '\\') {
      at += 1
      part += line[at]
    } else part += character
  }
  const spelledOut: Record<string, string> = { n: '\n', r: '\r' }
  const members = line
    .slice(at)
    .split(/ (?=[A-Za-z0-9]+=)/)
    .map((member): [string, string] => {
      const [, key = '', value = ''] = /^([A-Za-z0-9]+)=(.*)$/s.exec(member) ?? []
      return [key, value.replaceAll(/\\(.)/gs, (_, escaped: string) => spelledOut[escaped] ?? escaped)]
    })
  return { header, extension: Object.fromEntries(members) }
}

test('a record is a line with the keys that receivers know', () => {
  expect(writeCef(record)).toBe(
    'CEF:0|Postern|Postern|1|login.failed|login failed|6|rt=1795348800123 externalId=01a20320-a200-72ab-9695-f71ac8ef36c2 act=login.failed outcome=failure reason=failed cat=security spriv=anonymous duid=01a20320-a200-70a7-83c2-54d37c2859b0 src=203.0.113.7 requestClientApplication=Engine/1.0 cs1=r-1 cs1Label=requestId cs6={"reason":"credentials"} cs6Label=data cn1=7 cn1Label=position',
  )
})

test('an address of IPv6 has a field of its own', () => {
  const { extension } = readCef(writeCef({ ...record, ipAddress: '2001:db8::7' }))
  expect(extension).toMatchObject({ c6a2: '2001:db8::7', c6a2Label: 'Source IPv6 Address' })
  expect(extension).not.toHaveProperty('src')
})

test('what means something to a receiver means nothing inside a value', () => {
  const userAgent = 'a|b\\c=d\ne\r\nact=login.succeeded outcome=success\\'
  const line = writeCef({ ...record, userAgent })
  expect(line).not.toMatch(/[\r\n]/)
  expect(line).toContain(
    'requestClientApplication=a|b\\\\c\\=d\\ne\\r\\nact\\=login.succeeded outcome\\=success\\\\ cs1=',
  )
  expect(readCef(line).extension).toMatchObject({ requestClientApplication: userAgent, act: 'login.failed' })
  expect(readCef(writeCef({ ...record, type: 'a|b\\c\nd' })).header[4]).toBe('a|b\\c d')
})

test('a receiver reads what went in, whatever it was', () => {
  const text = fc.string({ unit: 'binary', minLength: 1 })
  const hostile = fc.string({
    unit: fc.constantFrom('\\', '=', '|', '\n', '\r', ' ', 'n', 'r', 'a', 'cs1=', '"'),
    minLength: 1,
  })
  const value = fc.oneof(text, hostile)
  fc.assert(
    fc.property(value, value, value, fc.dictionary(value, value), (requestId, userAgent, id, data) => {
      const line = writeCef({ ...record, requestId, userAgent, data, actor: { kind: 'user', id, credential: null } })
      const { header, extension } = readCef(line)
      expect(header).toEqual(['CEF:0', 'Postern', 'Postern', '1', 'login.failed', 'login failed', '6'])
      expect(extension).toMatchObject({
        cs1: requestId,
        requestClientApplication: userAgent,
        suid: id,
        cs6: JSON.stringify(data),
      })
    }),
  )
})

test('attacks are graver than refusals, and these than what was done', () => {
  const gravity = (type: string, outcome: RecordView['outcome']) =>
    Number(readCef(writeCef({ ...record, type, outcome })).header[6])
  expect(gravity('session.refresh_reused', 'refused')).toBe(9)
  expect(gravity('account.locked', 'refused')).toBe(7)
  expect(gravity('login.failed', 'failed')).toBe(6)
  expect(gravity('role.granted', 'done')).toBe(5)
  expect(gravity('login.succeeded', 'done')).toBe(3)
})

test('in syslog it has the facility of audits, a level by its gravity, and names without what they may not have', () => {
  expect(writeSyslog(record, 'id.example.com')).toBe(
    `<109>1 2026-11-22T12:00:00.123Z id.example.com postern - login.failed - ${writeCef(record)}`,
  )
  expect(writeSyslog({ ...record, type: 'session.refresh_reused' }, 'id.example.com')).toStartWith('<108>1 ')
  expect(writeSyslog({ ...record, type: `a b${'c'.repeat(40)}` }, '')).toStartWith(
    `<109>1 2026-11-22T12:00:00.123Z - postern - a_b${'c'.repeat(29)} - CEF:0|`,
  )
})
