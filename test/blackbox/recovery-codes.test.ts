import { expect, test } from 'bun:test'
import { type Guarded, given } from '../given'
import { expectFaultyField, expectProblem } from '../support/expect-problem'
import { listMails, waitForMail } from '../support/mailbox'
import { mfaStateOf, RecoveryCodes, recoveryCodePattern, verifyRecoveryCode } from '../support/second-factors'
import { TokenSet, User } from '../support/shapes'
import { target } from '../target'

const server = await target()

const logInBy = async (person: Guarded, code = '') =>
  verifyRecoveryCode(server, await given.challenge(server, person), code)

const makeCodes = ({ accessToken }: { accessToken: string }, headers: Record<string, string> = {}) =>
  server.send('POST /v1/me/mfa/recovery-codes', { accessToken, headers })

test('ten of them come with the first app, and each logs in once', async () => {
  const person = await given.personWithTotp(server)
  expect(new Set(person.recoveryCodes).size).toBe(10)
  const [code, next] = person.recoveryCodes
  const tokens = TokenSet.parse((await logInBy(person, code)).json)
  expect(tokens.user.recoveryCodesLeft).toBe(9)
  for (const _ of [1, 2]) expectProblem(await logInBy(person, code), 400, 'invalid_code')
  expect((await logInBy(person, next)).status).toBe(200)
  expect(User.parse((await server.send('GET /v1/me', person)).json).recoveryCodesLeft).toBe(8)
  expect((await mfaStateOf(server, person)).recoveryCodesLeft).toBe(8)
})

test('a code may be written in capitals, with spaces or none, and with letters for digits', async () => {
  const person = await given.personWithTotp(server)
  const spellings: ((code: string) => string)[] = [
    (code) => code.toUpperCase(),
    (code) => code.replaceAll('-', ''),
    (code) => ` ${code.replaceAll('-', '  ')} `,
    (code) => code.replaceAll('0', 'O').replaceAll('1', 'l'),
    (code) => code.toUpperCase().replaceAll('0', 'O').replaceAll('1', 'I'),
  ]
  for (const [index, spell] of spellings.entries()) {
    expect((await logInBy(person, spell(person.recoveryCodes[index] ?? ''))).status).toBe(200)
  }
})

test('what can be no code is told by its field, and not counted', async () => {
  const person = await given.personWithTotp(server)
  for (const code of ['', '123456', 'x'.repeat(15), 'x'.repeat(41)]) {
    expectFaultyField(await logInBy(person, code), '/code')
  }
  expect((await logInBy(person, person.recoveryCodes[0])).status).toBe(200)
})

test('each use is told to the owner, with how many are left', async () => {
  const person = await given.personWithTotp(server)
  await logInBy(person, person.recoveryCodes[0])
  const mail = await waitForMail(server, person.email, 'recovery-code-used')
  expect(mail).toMatchObject({ to: person.email, data: { detail: '9' } })
  expect(mail.text).toContain('Recovery codes left: 9.')
  for (const code of person.recoveryCodes) expect(mail.text + mail.html).not.toContain(code)
  expectProblem(await logInBy(person, person.recoveryCodes[0]), 400, 'invalid_code')
  await logInBy(person, person.recoveryCodes[1])
  await waitForMail(server, person.email, 'recovery-code-used', 2)
  const used = (await listMails(server, person.email)).filter(({ template }) => template === 'recovery-code-used')
  expect(used.map(({ data }) => data.detail).toSorted()).toEqual(['8', '9'])
})

test('new ones void the old ones', async () => {
  const person = await given.personWithTotp(server)
  await logInBy(person, person.recoveryCodes[0])
  const made = RecoveryCodes.parse((await makeCodes(person)).json).recoveryCodes ?? []
  expect(made.filter((code) => person.recoveryCodes.includes(code))).toEqual([])
  for (const code of person.recoveryCodes.slice(0, 3)) expectProblem(await logInBy(person, code), 400, 'invalid_code')
  const tokens = TokenSet.parse((await logInBy(person, made[0])).json)
  expect(tokens.user.recoveryCodesLeft).toBe(9)
  await waitForMail(server, person.email, 'recovery-codes-replaced')
})

test('as a text they can be kept in a file', async () => {
  const person = await given.personWithTotp(server)
  const reply = await makeCodes(person, { accept: 'text/plain' })
  expect(reply.status).toBe(200)
  expect(reply.headers.get('content-type')).toStartWith('text/plain')
  expect(reply.headers.get('content-disposition')).toBe('attachment; filename="recovery-codes.txt"')
  expect(reply.headers.get('cache-control')).toBe('no-store')
  const codes = reply.text.split('\n').filter((line) => recoveryCodePattern.test(line))
  expect(codes).toHaveLength(10)
  expect((await logInBy(person, codes[9])).status).toBe(200)
})

test('without a second factor there are none', async () => {
  const person = await given.person(server)
  expectProblem(await makeCodes(person), 404, 'not_found')
  expect(person.user.recoveryCodesLeft).toBeNull()
  const { accessToken } = person
  const json = { method: 'recovery_code', code: '0000-0000-0000-0000' }
  expectProblem(await server.send('POST /v1/auth/step-up', { accessToken, json }), 400, 'invalid_code')
})

test('they go with the last second factor', async () => {
  const person = await given.personWithTotp(server)
  const { accessToken } = person
  expect((await server.send('DELETE /v1/me/mfa/totp', { accessToken })).status).toBe(204)
  expect(await mfaStateOf(server, person)).toMatchObject({ methods: [], totp: [], recoveryCodesLeft: null })
  const again = await given.totpApp(server, person)
  expect(again.recoveryCodes).toHaveLength(10)
  expectProblem(await logInBy(person, person.recoveryCodes[0]), 400, 'invalid_code')
})
