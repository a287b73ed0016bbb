import { describe, expect, test } from 'bun:test'
import { decodeJwt } from 'jose'
import { hashToken } from '#core/secrets'
import { recoveryCodes as recoveryCodesTable } from '#db/schema/authenticators'
import type { TokenSet } from '#features/sessions/contract'
import type { World } from '../../platform'
import { failuresIn } from '../accounts/lockouts'
import { mailedTemplates, mailOf, tokensOf } from '../accounts/mailed'
import { sessionsOf } from '../answers'
import { eventsOf, listEvents } from '../audit/events'
import { ada, grace } from '../people'
import {
  addTotp,
  challenge,
  codeOf,
  invalidChallenge,
  invalidCode,
  logInWithTotp,
  mfaStateOf,
  needsStepUp,
  openProvedWorld,
  openTotpWorld,
  outcomeOf,
  recoveryCodesIn,
  registerProved,
  verifyRecoveryCode,
  verifyTotp,
} from './second-factors'

const shape = /^[0-9a-hjkmnp-tv-z]{4}(-[0-9a-hjkmnp-tv-z]{4}){3}$/

const makeCodes = (world: World, { accessToken: token }: Pick<TokenSet, 'accessToken'>, accept?: string) =>
  world.send('POST /v1/me/mfa/recovery-codes', { token, ...(accept !== undefined && { headers: { accept } }) })

const logInWithCode = async (world: World, code: string) =>
  verifyRecoveryCode(world, (await challenge(world)).token, code)

describe('the codes', () => {
  test('are ten, of 80 random bits in letters that no digit looks like, and no two alike', async () => {
    const { recoveryCodes } = await openTotpWorld()
    expect(recoveryCodes).toHaveLength(10)
    for (const code of recoveryCodes) expect(code).toMatch(shape)
    expect(new Set(recoveryCodes).size).toBe(10)
    const letters = new Set(recoveryCodes.join('').replaceAll('-', ''))
    expect(letters.size).toBeGreaterThan(25)
  })

  test('are kept as hashes only, which two accounts would never share', async () => {
    const { world, session, recoveryCodes } = await openTotpWorld()
    const rows = await world.db.select().from(recoveryCodesTable)
    const hashes = await Promise.all(
      recoveryCodes.map((code) => hashToken(`${session.user.id}:${code.replaceAll('-', '')}`)),
    )
    expect(rows.map(({ codeHash }) => codeHash).sort()).toEqual(hashes.sort())
    const kept = JSON.stringify([rows, await listEvents(world), world.outbox, world.logs])
    for (const code of recoveryCodes) {
      expect(kept).not.toContain(code)
      expect(kept).not.toContain(code.replaceAll('-', ''))
    }
  })

  test('are shown once: nothing later tells more than how many are left', async () => {
    const { world, session, recoveryCodes } = await openTotpWorld()
    const { accessToken: token } = session
    const answers = await Promise.all(['GET /v1/me', 'GET /v1/me/mfa'].map((route) => world.send(route, { token })))
    for (const { text, body } of answers) {
      expect(body).toMatchObject({ recoveryCodesLeft: 10 })
      for (const code of recoveryCodes) expect(text).not.toContain(code)
    }
  })
})

describe('a recovery code', () => {
  test('logs in once, in place of the app, which goes on to count', async () => {
    const { world, session, secret, recoveryCodes } = await openTotpWorld()
    const [code = '', next = ''] = recoveryCodes
    const tokens = tokensOf(await logInWithCode(world, code))
    expect(decodeJwt(tokens.accessToken)).toMatchObject({ acr: 'aal2', amr: ['pwd', 'otp', 'mfa'] })
    expect(tokens.user.recoveryCodesLeft).toBe(9)
    for (const _ of [1, 2]) expect(await logInWithCode(world, code)).toMatchObject(invalidCode)
    expect(await failuresIn(world)).toEqual({})
    expect((await logInWithCode(world, next)).status).toBe(200)
    const me = await world.send('GET /v1/me', { token: session.accessToken })
    expect(me).toMatchObject({ body: { recoveryCodesLeft: 8 } })
    expect(outcomeOf(await logInWithTotp(world, secret))).toBe('session')
    expect((await mfaStateOf(world, session)).methods).toEqual(['totp', 'recovery_code'])
  })

  test.each<[string, (code: string) => string]>([
    ['as it was shown', (code) => code],
    ['in capitals', (code) => code.toUpperCase()],
    ['without hyphens', (code) => code.replaceAll('-', '')],
    ['with spaces', (code) => ` ${code.replaceAll('-', ' - ')} `],
    ['in groups of two', (code) => code.replaceAll('-', '').replaceAll(/..(?=.)/g, '$& ')],
    ['with letters for digits', (code) => code.toUpperCase().replaceAll('0', 'O').replaceAll('1', 'I')],
    ['with an L for a one', (code) => code.replaceAll('0', 'o').replaceAll('1', 'l')],
  ])('may be written %s', async (_, spell) => {
    const { world, recoveryCodes } = await openTotpWorld()
    // Those with the digits that people take for letters come first.
    const codes = recoveryCodes.toSorted(
      (one, other) => Number(/[01].*[01]/.test(other)) - Number(/[01].*[01]/.test(one)),
    )
    expect(codes.slice(0, 4).join()).toMatch(/0.*1|1.*0/)
    for (const code of codes.slice(0, 4)) expect((await logInWithCode(world, spell(code))).status).toBe(200)
    for (const used of codes.slice(0, 4)) expect(await logInWithCode(world, used)).toMatchObject(invalidCode)
  })

  test('that is used is mailed, with how many are left, and recorded without the code', async () => {
    const { world, recoveryCodes } = await openTotpWorld()
    const events = await eventsOf(world, () => logInWithCode(world, recoveryCodes[3] ?? ''))
    expect(events.find(({ type }) => type === 'second_factor.succeeded')?.data).toEqual({ method: 'recovery_code' })
    const mail = mailOf(world, 'recovery-code-used')
    expect(mail).toMatchObject({ to: ada.email, data: { detail: '9' } })
    expect(mail.text).toContain('Recovery codes left: 9.')
    for (const code of recoveryCodes.slice(4, 10)) await logInWithCode(world, code)
    await world.settle()
    expect(mailOf(world, 'recovery-code-used').text).toContain('left: 3. Make new ones before you need them.')
  })

  test('of the last ten leaves the app as the one way', async () => {
    const { world, session, secret, recoveryCodes } = await openTotpWorld()
    for (const code of recoveryCodes) expect((await logInWithCode(world, code)).status).toBe(200)
    const { token, methods } = await challenge(world)
    expect(methods).toEqual(['totp'])
    expect(await mfaStateOf(world, session)).toMatchObject({ methods: ['totp'], recoveryCodesLeft: 0 })
    for (const code of recoveryCodes.slice(0, 3)) {
      expect(await verifyRecoveryCode(world, token, code)).toMatchObject(invalidCode)
    }
    expect((await verifyTotp(world, token, codeOf(world, secret))).status).toBe(200)
  })

  test('of sixteen that bring one at once, in as many log-ins or in one, one is served', async () => {
    const { world, recoveryCodes } = await openTotpWorld()
    const tokens = await Promise.all(Array.from({ length: 16 }, async () => (await challenge(world)).token))
    const [first = '', second = ''] = recoveryCodes
    const inMany = await Promise.all(tokens.map((token) => verifyRecoveryCode(world, token, first)))
    expect(inMany.filter(({ status }) => status === 200)).toHaveLength(1)
    const { token } = await challenge(world)
    const inOne = await Promise.all(Array.from({ length: 16 }, () => verifyRecoveryCode(world, token, second)))
    expect(inOne.filter(({ status }) => status === 200)).toHaveLength(1)
    for (const { status, body } of inOne) if (status !== 200) expect({ status, body }).toMatchObject(invalidChallenge)
    expect(tokensOf(await logInWithCode(world, recoveryCodes[2] ?? '')).user.recoveryCodesLeft).toBe(7)
    expect(await failuresIn(world)).toEqual({})
  })

  test('is its account’s', async () => {
    const { world } = await openTotpWorld()
    const eve = await addTotp(world, await registerProved(world, grace))
    expect(await logInWithCode(world, eve.recoveryCodes[0] ?? '')).toMatchObject(invalidCode)
    const { token } = await challenge(world, grace)
    expect((await verifyRecoveryCode(world, token, eve.recoveryCodes[0] ?? '')).status).toBe(200)
  })
})

describe('new codes', () => {
  test('void those before, used or not, and are mailed and recorded', async () => {
    const { world, session, recoveryCodes } = await openTotpWorld()
    await logInWithCode(world, recoveryCodes[0] ?? '')
    const events = await eventsOf(world, async () => {
      const made = recoveryCodesIn(await makeCodes(world, session))
      expect(made).toHaveLength(10)
      expect(made.filter((code) => recoveryCodes.includes(code))).toEqual([])
      expect((await mfaStateOf(world, session)).recoveryCodesLeft).toBe(10)
      for (const code of recoveryCodes.slice(0, 3)) expect(await logInWithCode(world, code)).toMatchObject(invalidCode)
      expect((await logInWithCode(world, made[9] ?? '')).status).toBe(200)
    })
    const made = events.filter(({ type }) => type === 'recovery_codes.made')
    expect(made.map(({ data }) => data)).toEqual([{ count: 10 }])
    expect(mailedTemplates(world)).toContain(`recovery-codes-replaced → ${ada.email}`)
    expect(sessionsOf(await world.send('GET /v1/sessions', { token: session.accessToken }))).toHaveLength(3)
  })

  test('come as a text to be kept, for who asks for that', async () => {
    const { world, session } = await openTotpWorld({ APP_NAME: 'Difference Engine' })
    const answer = await makeCodes(world, session, 'text/plain')
    expect(answer.headers.get('content-type')).toStartWith('text/plain')
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="recovery-codes.txt"')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const codes = answer.text.split('\n').filter((line) => shape.test(line))
    expect(codes).toHaveLength(10)
    expect(answer.text).toStartWith('Recovery codes for Difference Engine\n')
    expect((await logInWithCode(world, codes[0] ?? '')).status).toBe(200)
    expect((await makeCodes(world, session, 'application/json')).body).toMatchObject({
      recoveryCodes: expect.any(Array),
    })
  })

  test('are for who has a second factor, and showed a moment ago that it is them', async () => {
    const { world, session } = await openProvedWorld()
    expect(await makeCodes(world, session)).toMatchObject({ status: 404, body: { code: 'not_found' } })
    await addTotp(world, session)
    world.advance(301)
    expect(await makeCodes(world, session)).toMatchObject({ ...needsStepUp, body: { acrValues: 'aal2', maxAge: 300 } })
    expect((await world.send('POST /v1/me/mfa/recovery-codes')).status).toBe(401)
  })
})
