import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { readTraceParent, traceIdOf } from '#core/telemetry'
import './fixed-seed'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const spanId = '00f067aa0ba902b7'
const header = `00-${traceId}-${spanId}-01`

const hex = (length: number) =>
  fc
    .array(fc.constantFrom(...'0123456789abcdef'), { minLength: length, maxLength: length })
    .map((digits) => digits.join(''))
const id = (length: number) => hex(length).filter((digits) => !/^0+$/.test(digits))

test('a header of version 00 is taken as it is, but for flags that nobody knows', () => {
  fc.assert(
    fc.property(id(32), id(16), hex(2), (trace, span, flags) => {
      const known = Number.parseInt(flags, 16) & 3
      expect(readTraceParent(`00-${trace}-${span}-${flags}`)).toEqual({
        traceparent: `00-${trace}-${span}-0${known}`,
        tracestate: null,
      })
      expect(traceIdOf(`00-${trace}-${span}-${flags}`)).toBe(trace)
    }),
  )
})

test('of a later version the part is read that will stay, and told on in the words of this one', () => {
  for (const given of [`01-${traceId}-${spanId}-03`, `cc-${traceId}-${spanId}-01-what-comes-later`]) {
    expect(readTraceParent(given)?.traceparent).toBe(header)
  }
  expect(readTraceParent(`fe-${traceId}-${spanId}-02`)?.traceparent).toBe(`00-${traceId}-${spanId}-00`)
})

const senseless = [
  ...['', 'x', '00', header.slice(0, -1), `${header}-`, `${header}-more`, `${header}0`, ` ${header}`, `${header}\n`],
  ...[`ff-${traceId}-${spanId}-01`, `cc-${traceId}-${spanId}-01.what`, `0-${traceId}-${spanId}-01`],
  ...[`00-${'0'.repeat(32)}-${spanId}-01`, `00-${traceId}-${'0'.repeat(16)}-01`, `00-${traceId}-${spanId}-0x`],
  ...[header.toUpperCase(), `${header}, ${header}`, header.replaceAll('-', '_'), `00-${spanId}-${traceId}-01`],
]

test.each(senseless)('%j says nothing of a trace, and what came along with it neither', (given) => {
  expect(readTraceParent(given, 'ot=th:0')).toBeNull()
  expect(traceIdOf(given)).toBeNull()
})

test('whatever comes, nothing is told on that another could not read', () => {
  const damaged = fc
    .tuple(fc.nat(header.length), fc.string({ maxLength: 3 }))
    .map(([at, text]) => header.slice(0, at) + text + header.slice(at + 1))
  fc.assert(
    fc.property(fc.oneof(damaged, fc.string()), (given) => {
      const told = readTraceParent(given)?.traceparent
      if (told !== undefined) expect(told).toMatch(/^00-[\da-f]{32}-[\da-f]{16}-0[0-3]$/)
    }),
  )
})

const stateOf = (tracestate: string | undefined) => readTraceParent(header, tracestate)?.tracestate

test('the state of a trace is kept in its order, without spaces and empty members', () => {
  expect(stateOf(undefined)).toBeNull()
  expect(stateOf('')).toBeNull()
  expect(stateOf('rojo=00f067aa0ba902b7,congo=t61rcWkgMzE')).toBe('rojo=00f067aa0ba902b7,congo=t61rcWkgMzE')
  expect(stateOf('a=1 ,\t b=2,,c=x y')).toBe('a=1,b=2,c=x y')
  expect(stateOf('tenant@system=1,1a-_*/b=!~')).toBe('tenant@system=1,1a-_*/b=!~')
})

const members = (count: number) => Array.from({ length: count }, (_, at) => `k${at}=v`).join()

test('a state that is no list of the standard, or too long, is not kept at all', () => {
  expect(stateOf(members(32))).toBe(members(32))
  const bad = [members(33), `a=${'x'.repeat(300)}`, `${'k'.repeat(257)}=1`, 'a=1,a=2', 'A=1', 'a', 'a=', '=1', '@a=1']
  for (const given of [...bad, 'a=1=2', 'a=b;c=ü', 'a=\u0001', `a=${'x'.repeat(250)},b=${'x'.repeat(250)},c=1234567`]) {
    expect(stateOf(given), given).toBeNull()
  }
})
