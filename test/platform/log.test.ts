import { expect, test } from 'bun:test'
import { type LogEvent, type LogLevel, logEvents } from '#core/log-events'
import { createLog, jsonFormat, type LogFormat } from '#platform/log'
import { prettyFormat } from '#platform/pretty-log'

const now = Date.parse('2026-11-22T12:00:00.000Z')
const clock = { now: () => new Date(now) }

const linesOf = (events: LogEvent[], format?: LogFormat, least: LogLevel = 'debug'): string[] => {
  const lines: string[] = []
  const log = createLog(clock, least, (line) => void lines.push(line), format)
  events.forEach(log)
  return lines
}

const request: LogEvent = {
  level: 'info',
  message: 'request',
  requestId: 'request-1',
  method: 'GET',
  route: '/v1/me',
  status: 200,
  durationMs: 12,
  waits: 1,
  actor: 'user',
  userId: '01a20320-a200-70a7-83c2-54d37c2859b0',
}

test('an event is one line of JSON as pino writes it, even when a value has line breaks', () => {
  const event: LogEvent = { level: 'warn', message: 'stopping', signal: 'a\nb' }
  expect(linesOf([event], jsonFormat({ pid: 7, hostname: 'here' }))).toEqual([
    `{"level":40,"time":${now},"pid":7,"hostname":"here","msg":"stopping","signal":"a\\nb"}`,
  ])
  expect(JSON.parse(linesOf([request])[0] ?? '')).toMatchObject({ level: 30, msg: 'request', status: 200 })
})

test('events below the level that was asked for are not written', () => {
  const levels: LogLevel[] = ['debug', 'info', 'warn', 'error']
  const events = levels.map((level): LogEvent => ({ level, message: 'stopping' }))
  for (const [index, least] of levels.entries()) {
    expect(linesOf(events, undefined, least)).toHaveLength(levels.length - index)
  }
})

test('what the catalogue does not allow an event is not written, though a cast got it past the compiler', () => {
  const body = { password: 'correct horse', email: 'ada@example.com' }
  const careless = { ...request, ...body, body, headers: { cookie: 'a=b' } } as LogEvent
  for (const format of [jsonFormat(), prettyFormat(false)]) {
    const [line = ''] = linesOf([careless], format)
    expect(line).toContain('/v1/me')
    expect(line).not.toMatch(/correct horse|ada@example|cookie|password/)
  }
})

test('a value that looks like a secret is withheld, in the fields that are allowed too', () => {
  const secrets = [
    'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxIn0.c2ln',
    'prt_AAAAAAAAAAAAAAAAAAAAAAAA',
    'postern_AAAAAAAAAAAAAAAAAAAAAAAA',
    'ada@example.com',
    '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA',
    'Bearer AAAAAAAAAA',
    '/verify-email?token=AAAA',
    '/verify-email#token=AAAA',
  ]
  for (const secret of secrets) {
    for (const event of [
      { ...request, requestId: secret },
      { ...request, outages: ['redis:local', secret] },
      { ...request, cause: { type: 'Error', message: secret, stack: '' } },
    ] satisfies LogEvent[]) {
      for (const format of [jsonFormat(), prettyFormat(false)]) {
        const [line = ''] = linesOf([event], format)
        expect(line).toContain('[withheld]')
        expect(line).not.toContain(secret)
        expect(line).toContain('/v1/me')
      }
    }
  }
})

test('frames in libraries, whose paths have versions in them, are shown', () => {
  const stack = 'at query (node_modules/.bun/postgres@3.4.9/src/index.js:1:2)'
  const [line] = linesOf([
    { level: 'error', message: 'background work failed', cause: { type: 'Error', message: 'x', stack } },
  ])
  expect(JSON.parse(line ?? '').err).toEqual({ type: 'Error', message: 'x', stack })
})

test('for people a request is its time, level, method, route, status and duration, and the rest after them', () => {
  const [line] = linesOf([request], prettyFormat(false))
  expect(line).toMatch(
    /^\d\d:\d\d:\d\d INFO {2}GET \/v1\/me 200 12 ms waits=1 actor=user userId=01a2[\da-f-]+ requestId=request-1$/,
  )
})

test('an error stands below its line, with its stack; colours are there only where they are wanted', () => {
  const cause = { type: 'TypeError', message: 'no luck', stack: 'at a (src/a.ts:1:2)\nat b (src/b.ts:3:4)' }
  const event: LogEvent = { level: 'error', message: 'background work failed', cause }
  const [plain = ''] = linesOf([event], prettyFormat(false))
  expect(plain.split('\n').slice(1)).toEqual([
    '    TypeError: no luck',
    '      at a (src/a.ts:1:2)',
    '      at b (src/b.ts:3:4)',
  ])
  const [coloured = ''] = linesOf([event], prettyFormat(true))
  expect(coloured).not.toBe(plain)
  expect(Bun.stripANSI(coloured)).toBe(plain)
})

test('no message may say what is secret by its name', () => {
  const fields = Object.values(logEvents).flat()
  expect(fields.filter((field) => /token|password|secret|cookie|email|address|code|body|header/i.test(field))).toEqual(
    [],
  )
})

test('the compiler refuses what the catalogue does not have', () => {
  // @ts-expect-error There is no such field.
  const unknownField: LogEvent = { level: 'info', message: 'stopping', password: 'correct horse' }
  // @ts-expect-error It is another message's.
  const othersField: LogEvent = { level: 'info', message: 'stopping', userId: 'x' }
  // @ts-expect-error There is no such message.
  const unknownMessage: LogEvent = { level: 'info', message: 'the body was {…}' }
  // @ts-expect-error An error is described first.
  const rawError: LogEvent = { level: 'error', message: 'background work failed', cause: new Error('x').stack }
  expect([unknownField, othersField, unknownMessage, rawError]).toHaveLength(4)
})
