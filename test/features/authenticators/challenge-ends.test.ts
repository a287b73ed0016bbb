import { expect, test } from 'bun:test'
import { logInChallenges } from '#db/schema/sessions'
import type { TokenSet } from '#features/sessions/contract'
import type { World } from '../../platform'
import {
  askForEmailChange,
  askForReset,
  ban,
  changePassword,
  confirmEmail,
  mailedBy,
  resetPassword,
  tokensOf,
} from '../accounts/mailed'
import { ada, grace } from '../people'
import {
  addTotp,
  challenge,
  codeOf,
  invalidChallenge,
  logInWithTotp,
  nextStep,
  openTotpWorld,
  registerProved,
  verifyRecoveryCode,
  verifyTotp,
} from './second-factors'

const newPassword = 'a wholly new password'

/** What ends a log-in that waits for its second factor, done by its owner or the operator. */
const endings: Record<string, (world: World, session: TokenSet) => Promise<unknown>> = {
  'a change of the password': (world, { accessToken }) => changePassword(world, accessToken, ada.password, newPassword),
  'a reset of the password': async (world) => {
    await askForReset(world)
    return resetPassword(world, mailedBy(world, 'reset-password').token, newPassword)
  },
  'a change of the address': async (world, { accessToken }) => {
    await askForEmailChange(world, accessToken, 'countess@example.com')
    return confirmEmail(world, mailedBy(world, 'confirm-email').token)
  },
  'the end of all other sessions': (world, { accessToken: token }) => world.send('DELETE /v1/sessions', { token }),
  'a ban': (world) => ban(world),
}

test.each(Object.entries(endings))('%s ends every log-in that waits for a second factor', async (_, end) => {
  const { world, secret, recoveryCodes, session } = await openTotpWorld()
  const waiting = [await challenge(world), await challenge(world)]
  await end(world, session)
  for (const { token } of waiting) {
    expect(await verifyTotp(world, token, codeOf(world, secret))).toMatchObject(invalidChallenge)
    expect(await verifyRecoveryCode(world, token, recoveryCodes[0] ?? '')).toMatchObject(invalidChallenge)
  }
})

test('none of it ends somebody else’s log-in, or one that begins later', async () => {
  for (const end of Object.values(endings).slice(0, 4)) {
    const { world, secret, session } = await openTotpWorld()
    const eve = await addTotp(world, await registerProved(world, grace))
    nextStep(world)
    const evesChallenge = await challenge(world, grace)
    await end(world, session)
    expect((await verifyTotp(world, evesChallenge.token, codeOf(world, eve.secret))).status).toBe(200)
    await world.db.delete(logInChallenges)
    const owners = [ada, { ...ada, password: newPassword }, { ...ada, email: 'countess@example.com' }]
    const outcomes = await Promise.all(owners.map((owner) => challenge(world, owner).catch(() => undefined)))
    const [open] = outcomes.filter((outcome) => outcome !== undefined)
    expect((await verifyTotp(world, open?.token ?? '', codeOf(world, secret))).status).toBe(200)
  }
})

test('a log-out, the end of another session and a refresh end no log-in that waits', async () => {
  const { world, secret, session } = await openTotpWorld()
  const other = tokensOf(await logInWithTotp(world, secret))
  nextStep(world)
  const { token } = await challenge(world)
  await world.send(`DELETE /v1/sessions/${session.sessionId}`, { token: other.accessToken })
  await world.send('POST /v1/auth/refresh', { json: { refreshToken: other.refreshToken } })
  await world.send('POST /v1/auth/logout', { token: other.accessToken })
  expect((await verifyTotp(world, token, codeOf(world, secret))).status).toBe(200)
})

test('once the last factor is removed, a log-in that waits for it can’t be finished, and a new one needs none', async () => {
  const { world, secret, session, recoveryCodes } = await openTotpWorld()
  const { token } = await challenge(world)
  expect((await world.send('DELETE /v1/me/mfa/totp', { token: session.accessToken })).status).toBe(204)
  expect((await verifyTotp(world, token, codeOf(world, secret))).status).toBe(400)
  expect((await verifyRecoveryCode(world, token, recoveryCodes[0] ?? '')).status).toBe(400)
})

test('a token that was changed, cut or made up is refused before anything is asked of the database', async () => {
  const { world, secret } = await openTotpWorld()
  const { token } = await challenge(world)
  const bytes = Uint8Array.fromBase64(token.slice(4), { alphabet: 'base64url' })
  const spell = (changed: Uint8Array) => `plc_${changed.toBase64({ alphabet: 'base64url', omitPadding: true })}`
  const flipped = [...bytes.keys()].map((index) => spell(bytes.with(index, (bytes[index] ?? 0) ^ 1)))
  const spellings = [token.slice(4), token.slice(0, -1), `${token}A`, `${token}=`, ` ${token}`, token.toUpperCase()]
  const code = codeOf(world, secret)
  const before = world.statements.length
  for (const other of [...flipped, ...spellings, 'plc_', 'x', `pdt_${token.slice(4)}`]) {
    expect(await verifyTotp(world, other, code)).toMatchObject(invalidChallenge)
  }
  expect(world.statements.length).toBe(before)
  expect((await verifyTotp(world, token, code)).status).toBe(200)
})
