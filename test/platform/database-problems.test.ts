import { expect, test } from 'bun:test'
import { Problem } from '#core/problem'
import { overloaded } from '#core/problems'
import { missedDeadline, toDatabaseProblem } from '#platform/database-problems'
import { openWorld } from '../platform'
import { testDatabase as db } from './test-database'

const failureOf = (code: string) => toDatabaseProblem(Object.assign(new Error('said ada@example.com'), { code }))

const passing = ['08006', '28P01', '3D000', '40001', '40P01', '53300', '57014', '57P01']
const unreachable = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'CONNECTION_CLOSED', 'CONNECT_TIMEOUT']

for (const code of [...passing, ...unreachable]) {
  test(`${code} means that the database is unavailable, which may pass: a 503 that says when to come back`, () => {
    const failure = failureOf(code)
    expect(failure).toBeInstanceOf(Problem)
    expect(failure).toMatchObject({
      definition: { code: 'database_unavailable', status: 503 },
      facts: { headers: { 'retry-after': '1' } },
    })
    expect(`${failure.cause}`).toContain(code)
  })
}

for (const code of ['22P02', '23505', '42601', '42703', 'XX000', 'P0001', '0A000']) {
  test(`${code} is a fault of ours, and no 503`, () => {
    const failure = failureOf(code)
    expect(failure).not.toBeInstanceOf(Problem)
    expect(failure.message).toContain(code)
  })
}

test('a value that can’t be written as a parameter is a fault of ours too, and no sign of the database', () => {
  for (const error of [new RangeError('Invalid Date'), new TypeError('not a function')]) {
    expect(toDatabaseProblem(error)).not.toBeInstanceOf(Problem)
  }
})

test('neither keeps anything of what the driver said', () => {
  for (const code of [...passing, ...unreachable, '23505', '42P01', '']) {
    const failure = failureOf(code)
    expect(Bun.inspect(failure) + String(failure.stack) + Bun.inspect(failure.cause)).not.toContain('ada@example.com')
  }
})

test('a problem stays the problem it is, and a missed deadline is one', () => {
  const problem = overloaded()
  expect(toDatabaseProblem(problem)).toBe(problem)
  expect(missedDeadline()).toMatchObject({ definition: { code: 'database_unavailable' } })
})

test('what Postgres itself says of a value never leaves the driver', async () => {
  await openWorld()
  const value = 'ada@example.com'
  const statements = [
    'select $1::text::uuid',
    'select $1::text::integer',
    'select ($1::text || $1::text)::jsonb',
    `insert into "user" (id, email, created_at, updated_at) values ('01900000-0000-7000-8000-000000000000', $1, now(), now()),
       ('01900000-0000-7000-8000-000000000001', $1, now(), now())`,
    'select $1::text from no_such_table',
  ]
  for (const text of statements) {
    const error = await db.run(text, [value], 'objects').catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(Error)
    expect(Bun.inspect(error, { depth: 10 })).not.toContain(value)
  }
})
