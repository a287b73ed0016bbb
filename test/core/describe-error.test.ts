import { expect, test } from 'bun:test'
import { describeError, withoutValues } from '#core/describe-error'
import { defineProblem } from '#core/problem'

const overloaded = defineProblem('test-problem', 503, 'A title.')

for (const [text, shown] of [
  ['A row that must exist is missing.', 'A row that must exist is missing.'],
  ['Postgres refused a statement: 23505', 'Postgres refused a statement: 23505'],
  ['The bound Worker answered 503.', 'The bound Worker answered 503.'],
  ["undefined is not an object (evaluating 'ctx.db.run')", "undefined is not an object (evaluating 'ctx.db.run')"],
  ['invalid input syntax for type uuid: "correct horse"', 'invalid input syntax for type uuid: …'],
  ['Unexpected token in "correct hor', 'Unexpected token in …'],
  ['no mail to <ada@example.com> today', 'no mail to … today'],
  ['fetch of https://user:pass@example.com/verify?token=abc failed', 'fetch of … failed'],
  ['fetch of https://example.com/verify?token=abc failed', 'fetch of https://… failed'],
  ['connect ECONNREFUSED 203.0.113.7', 'connect ECONNREFUSED …'],
  ['from 2001:db8::7 there was none', 'from … there was none'],
  ['code 123456 of eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9.e30.c2ln', 'code … of …'],
  ['prt_Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5', '…'],
] as const) {
  test(`of “${text}” a log shows what is no value`, () => expect(withoutValues(text)).toBe(shown))
}

test('a message is cut before it is somebody’s data', () => {
  expect(withoutValues('a b '.repeat(1000)).length).toBeLessThan(310)
})

test('a stack says where in the repository, not where on the machine, and nothing of the message', () => {
  const { type, message, stack } = describeError(new TypeError('first line\n    at secret (of/somebody.ts:1:2)'))
  expect({ type, message }).toEqual({ type: 'TypeError', message: 'first line\n    at secret (of/somebody.ts:1:2)' })
  expect(stack.split('\n')[0]).toMatch(/^at .*\(?test\/core\/describe-error\.test\.ts:\d+:\d+\)?$/)
  expect(stack).not.toContain('somebody')
  expect(stack).not.toContain(process.cwd())
})

test('what is told is what was thrown at first', () => {
  const outer = new Error('outer, with values', { cause: new RangeError('inner') })
  expect(describeError(outer)).toMatchObject({ type: 'RangeError', message: 'inner' })
  expect(describeError(overloaded({ cause: outer }))).toMatchObject({ type: 'RangeError', message: 'inner' })
  expect(describeError(overloaded({ detail: 'public' }))).toMatchObject({ type: 'Problem' })
  expect(describeError('a secret')).toEqual({
    type: 'Error',
    message: 'Something was thrown that is no error.',
    stack: '',
  })
})

test('a name that is none is not told', () => {
  const error = Object.assign(new Error('x'), { name: 'ada@example.com' })
  expect(describeError(error).type).toBe('Error')
})
