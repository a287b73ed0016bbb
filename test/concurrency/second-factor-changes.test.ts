import { afterAll, expect, test } from 'bun:test'
import postgres from 'postgres'
import { type Guarded, given, type Person } from '../given'
import {
  challengeIn,
  MfaChallenge,
  mfaStateOf,
  RecoveryCodes,
  TotpSecret,
  verifyRecoveryCode,
  verifyTotp,
} from '../support/second-factors'
import type { Reply } from '../support/send'
import { logIn } from '../support/sessions'
import { TokenSet } from '../support/shapes'
import { stepAt, totpCode } from '../support/totp'
import { startTarget } from '../target'
import { countByStatus, inParallel, patient } from './parallel'

const server = await startTarget(patient)
const strict = await startTarget({
  ...patient,
  MFA_POLICY: 'required',
  MFA_GRACE_SECONDS: '0',
  BASE_URL: server.baseUrl,
})
const sql = postgres(process.env.TEST_DATABASE_URL ?? '', { max: 2, onnotice: () => {} })

afterAll(async () => {
  await Promise.all([server.stop(), strict.stop(), sql.end({ timeout: 1 })])
})

const begin = async ({ accessToken }: Pick<TokenSet, 'accessToken'>) =>
  TotpSecret.parse((await server.send('POST /v1/me/mfa/totp', { accessToken, json: {} })).json).secret

const confirm = ({ accessToken }: Pick<TokenSet, 'accessToken'>, secret: string) =>
  server.send('POST /v1/me/mfa/totp/confirm', { accessToken, json: { code: totpCode(secret, stepAt(new Date())) } })

const makeCodes = ({ accessToken }: Person) => server.send('POST /v1/me/mfa/recovery-codes', { accessToken })

const logInBy = async (person: Guarded, code = '') =>
  verifyRecoveryCode(server, await given.challenge(server, person), code)

const faults = (replies: Reply[]) => replies.filter(({ status }) => status >= 500).map(({ text }) => text)

const countDeadlocks = async () => {
  const [row] = await sql<{ count: number }[]>`
    select deadlocks::integer as count from pg_stat_database where datname = current_database()`
  return row?.count
}

test('sixteen confirmations with one code at once make one app count, with one set of recovery codes', async () => {
  const person = await given.person(server)
  const secret = await begin(person)
  const replies = await inParallel(16, () => confirm(person, secret))
  expect(countByStatus(replies)).toEqual({ 200: 1, 400: 15 })
  expect(await mfaStateOf(server, person)).toMatchObject({ totp: [{}], recoveryCodesLeft: 10 })
})

test('log-ins beside a confirmation give a session or a challenge, and after it a challenge', async () => {
  for (let round = 0; round < 4; round += 1) {
    const person = await given.person(server)
    const secret = await begin(person)
    const [confirmed, ...replies] = await Promise.all([
      confirm(person, secret),
      ...Array.from({ length: 8 }, () => logIn(server, person)),
    ])
    expect(confirmed?.status).toBe(200)
    const opened = replies.filter(({ json }) => !MfaChallenge.safeParse(json).success)
    for (const reply of opened) expect(TokenSet.parse(reply.json).user.id).toBe(person.user.id)
    challengeIn(await logIn(server, person))
    for (const { json } of opened) {
      const refused = await server.send('POST /v1/me/mfa/recovery-codes', TokenSet.parse(json))
      expect(refused.status).toBe(401)
    }
  }
})

test('an account never has more than ten apps, however many are set up at once', async () => {
  const person = await given.person(server)
  for (let count = 0; count < 9; count += 1) await given.totpApp(server, person)
  for (let round = 0; round < 3; round += 1) {
    const { accessToken } = person
    const begun = await inParallel(8, () => server.send('POST /v1/me/mfa/totp', { accessToken, json: {} }))
    const secrets = begun.flatMap(({ json }) => TotpSecret.safeParse(json).data?.secret ?? [])
    expect(faults(await Promise.all(secrets.map((secret) => confirm(person, secret))))).toEqual([])
    expect((await mfaStateOf(server, person)).totp.length).toBeLessThanOrEqual(10)
  }
})

test('of new recovery codes that are made eight times at once one set works', async () => {
  const person = await given.personWithTotp(server)
  const replies = await inParallel(8, () => makeCodes(person))
  expect(countByStatus(replies)).toEqual({ 200: 8 })
  const sets = replies.map(({ json }) => RecoveryCodes.parse(json).recoveryCodes ?? [])
  const answers = await Promise.all(sets.map((codes) => logInBy(person, codes[0])))
  expect(countByStatus(answers)).toEqual({ 200: 1, 400: 7 })
  const [row] = await sql<{ count: number }[]>`
    select count(*)::integer as count from recovery_code where user_id = ${person.user.id}`
  expect(row?.count).toBe(10)
  expect((await mfaStateOf(server, person)).recoveryCodesLeft).toBe(9)
})

test('of two apps that are removed at once one stays, where there must be one', async () => {
  for (let round = 0; round < 6; round += 1) {
    const person = await given.personWithTotp(server)
    await given.totpApp(server, person, 'Tablet')
    const { accessToken } = person
    const { totp } = await mfaStateOf(server, person)
    const routes = totp.map(({ id }) => `DELETE /v1/me/mfa/totp/${id}`)
    const replies = await Promise.all(routes.map((route) => strict.send(route, { accessToken })))
    // The one that comes second is refused for want of a factor, or because its session was lowered by the first.
    expect(replies.filter(({ status }) => status === 204)).toHaveLength(1)
    expect([401, 409]).toContain(replies.find(({ status }) => status !== 204)?.status ?? 0)
    challengeIn(await logIn(server, person))
  }
})

test('of log-ins that wait for an enrolment and are finished at once one sets up the app', async () => {
  for (let round = 0; round < 4; round += 1) {
    const account = await given.provedAccount(strict)
    const challenges = await inParallel(8, () => given.challenge(strict, account))
    const begun = await Promise.all(
      challenges.map(({ token }) => strict.send('POST /v1/auth/mfa/enrol', { json: { challengeToken: token } })),
    )
    const secrets = begun.map(({ json }) => TotpSecret.parse(json).secret)
    const step = stepAt(new Date())
    const replies = await Promise.all(
      challenges.map((challenge, index) => verifyTotp(strict, challenge, totpCode(secrets[index] ?? '', step))),
    )
    expect(replies.filter(({ status }) => status === 200).length).toBeLessThan(2)
    expect(faults(replies)).toEqual([])
  }
})

test('whatever changes and uses the second factors of one account at once, nobody meets an error', async () => {
  for (let round = 0; round < 8; round += 1) {
    const person = await given.personWithTotp(server)
    const { accessToken, app, recoveryCodes } = person
    const weak = await inParallel(4, () => given.challenge(server, person))
    const secret = await begin(person)
    const change = { currentPassword: person.password, newPassword: `${person.password} anew` }
    const replies = await Promise.all([
      ...weak.slice(0, 2).map((one, index) => verifyRecoveryCode(server, one, recoveryCodes[index] ?? '')),
      verifyTotp(server, weak[2] ?? { token: '' }, app.next()),
      verifyTotp(server, weak[3] ?? { token: '' }, app.wrong()),
      server.send('POST /v1/auth/step-up', { accessToken, json: { method: 'recovery_code', code: recoveryCodes[5] } }),
      server.send('POST /v1/auth/step-up', { accessToken, json: { method: 'totp', code: app.next() } }),
      confirm(person, secret),
      makeCodes(person),
      logIn(server, person),
      server.send('DELETE /v1/sessions', { accessToken }),
      ...(round % 2 ? [server.send('DELETE /v1/me/mfa/totp', { accessToken })] : []),
      ...(round % 4 < 2 ? [server.send('POST /v1/auth/password/change', { accessToken, json: change })] : []),
    ])
    expect(faults(replies)).toEqual([])
  }
})

test('and they wait for each other, never in a ring', async () => {
  const before = await countDeadlocks()
  for (let round = 0; round < 20; round += 1) {
    const person = await given.personWithTotp(server)
    const { accessToken, recoveryCodes } = person
    const challenges = await inParallel(6, () => given.challenge(server, person))
    const replies = await Promise.all([
      ...challenges.slice(0, 3).map((one, index) => verifyRecoveryCode(server, one, recoveryCodes[index] ?? '')),
      round % 2 ? makeCodes(person) : server.send('DELETE /v1/me/mfa/totp', { accessToken }),
      ...challenges.slice(3).map((one, index) => verifyRecoveryCode(server, one, recoveryCodes[index + 3] ?? '')),
      server.send('DELETE /v1/sessions', { accessToken }),
    ])
    expect(faults(replies)).toEqual([])
  }
  // Postgres tells what it counted after a second.
  await Bun.sleep(1500)
  expect(await countDeadlocks()).toBe(before)
})
