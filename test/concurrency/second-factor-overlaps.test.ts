import { afterAll, expect, test } from 'bun:test'
import postgres from 'postgres'
import { roleValues } from '#features/access/role-values'
import { grantRoleByEmail } from '#features/admin/assignment-queries'
import { createPostgres } from '#platform/postgres'
import { freshPassword, type Guarded, given } from '../given'
import { type Challenge, MfaChallenge, verifyRecoveryCode, verifyTotp } from '../support/second-factors'
import type { Reply } from '../support/send'
import { expectEnded, logIn } from '../support/sessions'
import { SessionPage, TokenSet } from '../support/shapes'
import { startTarget } from '../target'
import { overlap } from './overlap'
import { patient } from './parallel'

const server = await startTarget(patient)
const url = process.env.TEST_DATABASE_URL ?? ''
const sql = postgres(url, { max: 2, onnotice: () => {} })
const { db, close } = createPostgres({
  url,
  prepare: true,
  serverDeadline: true,
  timeoutSeconds: 20,
  maxConnections: 2,
})

afterAll(async () => {
  await Promise.all([server.stop(), close(), sql.end({ timeout: 1 })])
})

const countDeadlocks = async () => {
  const [row] = await sql<{ count: number }[]>`
    select deadlocks::integer as count from pg_stat_database where datname = current_database()`
  return row?.count
}

type Prepared = (person: Guarded, challenge: Challenge) => () => Promise<Reply>

/** How a log-in that waits is finished. */
const finishes: [string, Prepared][] = [
  [
    'a code',
    ({ app }, challenge) =>
      () =>
        verifyTotp(server, challenge, app.next(), { trustDevice: true }),
  ],
  [
    'a recovery code',
    ({ recoveryCodes }, challenge) =>
      () =>
        verifyRecoveryCode(server, challenge, recoveryCodes[0] ?? ''),
  ],
]

/** What throws everybody out of an account, prepared so that it is one request. */
const recoveries: [string, (person: Guarded) => Promise<() => Promise<Reply>>][] = [
  [
    'a reset',
    async ({ email }) => {
      const json = { token: await given.resetToken(server, email), newPassword: freshPassword() }
      return () => server.send('POST /v1/auth/password/reset', { json })
    },
  ],
  [
    'a change of the password',
    async ({ accessToken, password }) => {
      const json = { currentPassword: password, newPassword: freshPassword() }
      return () => server.send('POST /v1/auth/password/change', { accessToken, json })
    },
  ],
  [
    'the end of all others',
    async ({ accessToken }) =>
      () =>
        server.send('DELETE /v1/sessions', { accessToken }),
  ],
]

const pairs = finishes.flatMap(([what, finish]) =>
  recoveries.flatMap(([ending, recover]) => [
    { first: what, next: ending, finish, recover, isFinishFirst: true },
    { first: ending, next: what, finish, recover, isFinishFirst: false },
  ]),
)

test.each(pairs)('a log-in that is finished as it is ended leaves no session: $first, then $next', async (pair) => {
  const person = await given.personWithTotp(server)
  const [recover, challenge] = [await pair.recover(person), await given.challenge(server, person)]
  const finish = pair.finish(person, challenge)
  const calls = pair.isFinishFirst ? ([finish, recover] as const) : ([recover, finish] as const)
  const replies = await overlap(person.email, 'person', ...calls)
  const [finished, recovered] = pair.isFinishFirst ? replies : replies.toReversed()
  expect(recovered?.status).toBe(204)
  if (finished?.status === 200) await expectEnded(server, TokenSet.parse(finished.json))
  else expect([400, 401]).toContain(finished?.status ?? 0)
  const trusted = await sql`select id from trusted_device where user_id = ${person.user.id}`
  if (pair.recover !== recoveries[2]?.[1]) expect([...trusted]).toEqual([])
})

test.each(
  finishes.flatMap(([what, finish]) => [true, false].map((isFinishFirst) => ({ what, finish, isFinishFirst }))),
)(
  'a log-in that is finished by $what as the last app is removed is no stronger than the account (first: $isFinishFirst)',
  async ({ finish: prepare, isFinishFirst }) => {
    const person = await given.personWithTotp(server)
    const { accessToken } = person
    const finish = prepare(person, await given.challenge(server, person))
    const remove = () => server.send('DELETE /v1/me/mfa/totp', { accessToken })
    const replies = await overlap(
      person.email,
      'person',
      ...(isFinishFirst ? ([finish, remove] as const) : ([remove, finish] as const)),
    )
    expect(replies.map(({ status }) => status).filter((status) => status >= 500)).toEqual([])
    expect(replies.map(({ status }) => status)).toContain(204)
    const { items } = SessionPage.parse((await server.send('GET /v1/sessions', { accessToken })).json)
    expect(items.map(({ acr }) => acr)).toEqual(items.map(() => 'aal1'))
    expect([...(await sql`select id from trusted_device where user_id = ${person.user.id}`)]).toEqual([])
    expect(MfaChallenge.safeParse((await logIn(server, person)).json).success).toBe(false)
  },
)

test('recovery codes that are used as they are replaced or removed wait for that, and for no ring to be broken', async () => {
  const before = await countDeadlocks()
  const others: [string, (person: Guarded) => Promise<Reply>][] = [
    ['replaced', ({ accessToken }) => server.send('POST /v1/me/mfa/recovery-codes', { accessToken })],
    ['removed', ({ accessToken }) => server.send('DELETE /v1/me/mfa/totp', { accessToken })],
    [
      'reset',
      ({ accessToken, password }) =>
        server.send('POST /v1/auth/password/change', {
          accessToken,
          json: { currentPassword: password, newPassword: freshPassword() },
        }),
    ],
  ]
  for (const [, change] of others) {
    const person = await given.personWithTotp(server)
    const { accessToken, recoveryCodes } = person
    const challenge = await given.challenge(server, person)
    const used = () => verifyRecoveryCode(server, challenge, recoveryCodes[0] ?? '')
    const [changed] = await overlap(person.email, 'person', () => change(person), used)
    expect(changed.status).toBeLessThan(300)
    expect((await server.send('GET /v1/me', { accessToken })).status).toBe(200)
  }
  // Postgres tells what it counted after a second.
  await Bun.sleep(1500)
  expect(await countDeadlocks()).toBe(before)
})

/** Gives somebody a role as the operator's command does. */
const grant = async (email: string): Promise<Reply> => {
  const by = {
    ...{ actorKind: 'system', actorId: 'postern roles', credential: null, requestId: 'race' },
    ...{ traceId: null, traceparent: null, ipAddress: null, userAgent: null, place: null, saltSeed: '' },
  }
  const rules = roleValues({ APPLICATION_PERMISSIONS: [] })
  const ids = { eventId: crypto.randomUUID(), endedEventId: crypto.randomUUID() }
  await grantRoleByEmail(db, { ...by, ...ids, now: new Date(), email, role: 'admin', expiresAt: null, ...rules })
  return { status: 204, headers: new Headers(), text: '', json: undefined }
}

/** The session that a log-in opened while a role was granted, if it lives: until when it was let off. */
const outliving = async (email: string, enter: () => Promise<Reply>, isLogInFirst: boolean) => {
  const calls = [enter, () => grant(email)] as const
  const replies = await overlap(email, 'person', ...(isLogInFirst ? calls : ([calls[1], calls[0]] as const)))
  const opened = TokenSet.safeParse(replies[isLogInFirst ? 0 : 1].json).data
  if (!opened) return []
  const rows = await sql<{ isWaived: boolean }[]>`
    select waived_until is not null as "isWaived" from session where id = ${opened.sessionId} and revoked_at is null`
  return rows.map((row) => ({ ...row }))
}

test.each([true, false])(
  'a log-in that is under way as a role is granted is let off for a while at most (it is first: %p)',
  async (isLogInFirst) => {
    const account = await given.provedAccount(server)
    const left = await outliving(account.email, () => logIn(server, account), isLogInFirst)
    expect([[], [{ isWaived: true }]]).toContainEqual(left)
  },
)

test.each([true, false])(
  'one on a trusted device that is under way then leaves no session (it is first: %p)',
  async (isLogInFirst) => {
    const person = await given.personWithTotp(server)
    const { email, password } = person
    const challenge = await given.challenge(server, person)
    const { headers } = await verifyTotp(server, challenge, person.app.next(), { trustDevice: true })
    const device = { 'device-token': headers.get('device-token') ?? '' }
    const enter = () => server.send('POST /v1/auth/login', { headers: device, json: { email, password } })
    expect(TokenSet.safeParse((await enter()).json).success).toBe(true)
    expect(await outliving(email, enter, isLogInFirst)).toEqual([])
  },
)
