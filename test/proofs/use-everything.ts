import { newAddress, password, Tokens } from '../runtimes/account'
import type { Postern } from './examined-postern'
import { expectStatus } from './expect-status'
import { useOtherProviders } from './use-other-providers'
import { useSecondFactors } from './use-second-factors'

/** Someone registers where addresses must be proved, twice, and proves theirs. */
const proveAnAddress = async ({ send, sendStrictly, work, readMail }: Postern): Promise<void> => {
  const email = newAddress()
  for (let time = 0; time < 2; time += 1) {
    await expectStatus(sendStrictly('POST /auth/register', { email, password }), 202)
    await work()
  }
  await expectStatus(sendStrictly('POST /auth/login', { email, password }), 403)
  await expectStatus(send('POST /auth/email/verify', { token: (await readMail(email)).token }), 200)
}

/** Someone comes in by each way there is, and looks around. */
const logInEveryWay = async ({ send, work, readMail }: Postern): Promise<string> => {
  const email = newAddress()
  await expectStatus(send('POST /auth/register', { email, password }), 201)
  await expectStatus(send('POST /auth/login', { email, password: 'not the password' }), 401)
  await expectStatus(send('POST /auth/login', { email: newAddress(), password }), 401)
  const tokens = Tokens.parse(await expectStatus(send('POST /auth/login', { email, password }), 200))
  await expectStatus(send('GET /me', undefined, tokens.accessToken), 200)
  await expectStatus(send('PATCH /me', { name: 'Ada' }, tokens.accessToken), 200)
  await expectStatus(send('GET /sessions', undefined, tokens.accessToken), 200)
  await expectStatus(send('GET /me/activity', undefined, tokens.accessToken), 200)
  await expectStatus(send('POST /auth/refresh', { refreshToken: tokens.refreshToken }), 200)
  await expectStatus(send('POST /auth/email/verify/resend', { email }), 202)
  await expectStatus(send('POST /auth/email-link', { email }), 202)
  await work()
  const { code = '' } = await readMail(email)
  const wrong = code === '000000' ? '000001' : '000000'
  await expectStatus(send('POST /auth/email-link/consume', { email, code: wrong }), 400)
  await expectStatus(send('POST /auth/email-link/consume', { email, code }), 200)
  await expectStatus(send('POST /auth/email-link', { email }), 202)
  await work()
  await expectStatus(send('POST /auth/email-link/consume', { token: (await readMail(email)).token }), 200)
  return email
}

/** Somebody guesses until the account is locked; its owner lifts the lock. */
const lockAndUnlock = async ({ send, work, readMail }: Postern): Promise<void> => {
  const email = newAddress()
  await expectStatus(send('POST /auth/register', { email, password }), 201)
  for (let guess = 0; guess < 5; guess += 1) {
    await expectStatus(send('POST /auth/login', { email, password: 'not the password' }), 401)
  }
  await expectStatus(send('POST /auth/login', { email, password }), 423)
  await work()
  await expectStatus(send('POST /auth/unlock', { token: (await readMail(email)).token }), 204)
  await expectStatus(send('POST /auth/login', { email, password }), 200)
}

/** Someone forgets their password, changes it and moves to another address. */
const changeEverything = async ({ send, work, readMail }: Postern, email: string): Promise<void> => {
  const newPassword = `${password} again`
  await expectStatus(send('POST /auth/password/forgot', { email }), 202)
  await work()
  const { token } = await readMail(email)
  await expectStatus(send('POST /auth/password/reset', { token, newPassword }), 204)
  const logIn = send('POST /auth/login', { email, password: newPassword })
  const { accessToken, sessionId } = Tokens.parse(await expectStatus(logIn, 200))
  const change = { currentPassword: newPassword, newPassword: password }
  const wrongChange = { ...change, currentPassword: 'not the password' }
  await expectStatus(send('POST /auth/password/change', wrongChange, accessToken), 401)
  await expectStatus(send('POST /auth/password/change', change, accessToken), 204)
  const newEmail = newAddress()
  await expectStatus(send('POST /me/email/change', { newEmail }, accessToken), 202)
  await work()
  const confirmation = await readMail(newEmail)
  await expectStatus(send('POST /me/email/change/confirm', { token: confirmation.token }, accessToken), 200)
  await work()
  await expectStatus(send(`DELETE /sessions/${sessionId}`, undefined, accessToken), 204)
  const last = Tokens.parse(await expectStatus(send('POST /auth/login', { email: newEmail, password }), 200))
  await expectStatus(send('DELETE /sessions', undefined, last.accessToken), 204)
  await expectStatus(send('POST /auth/logout', undefined, last.accessToken), 204)
}

/** Does what people do, one thing after the other, so that each statement of a request runs at least once. */
export const useEverything = async (postern: Postern): Promise<void> => {
  await proveAnAddress(postern)
  await lockAndUnlock(postern)
  await changeEverything(postern, await logInEveryWay(postern))
  await useSecondFactors(postern)
  await useOtherProviders(postern)
}
