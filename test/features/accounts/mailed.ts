import { eq } from 'drizzle-orm'
import { users } from '#db/schema/profiles'
import { TokenSet } from '#features/sessions/contract'
import type { SentMail, World } from '../../platform'
import type { Answer } from '../../platform/calls'
import { ada } from '../people'

/** Sends, and lets the jobs that it causes be worked. */
const sendAndSettle = async (world: World, ...[route, call]: Parameters<World['send']>): Promise<Answer> => {
  const answer = await world.send(route, call)
  await world.settle()
  return answer
}

export const askForReset = (world: World, email = ada.email) =>
  sendAndSettle(world, 'POST /v1/auth/password/forgot', { json: { email } })

export const resetPassword = (world: World, token: string, newPassword: string) =>
  sendAndSettle(world, 'POST /v1/auth/password/reset', { json: { token, newPassword } })

export const changePassword = (world: World, token: string, currentPassword: string, newPassword: string) =>
  sendAndSettle(world, 'POST /v1/auth/password/change', { token, json: { currentPassword, newPassword } })

export const askForEmailChange = (world: World, token: string, newEmail: string) =>
  sendAndSettle(world, 'POST /v1/me/email/change', { token, json: { newEmail } })

/** Without an access token unless told. */
export const confirmEmail = (world: World, mailedToken: string, accessToken?: string) =>
  sendAndSettle(world, 'POST /v1/me/email/change/confirm', {
    json: { token: mailedToken },
    ...(accessToken !== undefined && { token: accessToken }),
  })

export const askForLogIn = (world: World, email = ada.email) =>
  sendAndSettle(world, 'POST /v1/auth/email-link', { json: { email } })

export const logInByLink = (world: World, token: string) =>
  sendAndSettle(world, 'POST /v1/auth/email-link/consume', { json: { token } })

export const logInByCode = (world: World, code: string, email = ada.email) =>
  sendAndSettle(world, 'POST /v1/auth/email-link/consume', { json: { email, code } })

export const verifyEmail = (world: World, token: string) =>
  sendAndSettle(world, 'POST /v1/auth/email/verify', { json: { token } })

export const logInWith = (world: World, password: string, email = ada.email, headers: Record<string, string> = {}) =>
  sendAndSettle(world, 'POST /v1/auth/login', { json: { email, password }, headers })

export const tokensOf = ({ status, text, body }: Answer): TokenSet => {
  if (status !== 200) throw new Error(`There are no tokens in ${status}: ${text}`)
  return TokenSet.parse(body)
}

/** The newest mail that a template made, to anybody or to one address. */
export const mailOf = (world: World, template: string, to?: string): SentMail => {
  const mail = world.outbox.findLast((mail) => mail.template === template && (to === undefined || mail.to === to))
  if (!mail) throw new Error(`No ${template} was mailed.`)
  return mail
}

/** What the newest such mail brings its reader. */
export const mailedBy = (world: World, template: string) => {
  const { token = '', link = '', code = '' } = mailOf(world, template).data
  return { token, link, code }
}

export const mailedTemplates = (world: World) => world.outbox.map(({ to, template }) => `${template} → ${to}`)

export const ban = (world: World, email = ada.email) =>
  world.db.update(users).set({ bannedAt: world.clock.now() }).where(eq(users.email, email))

/** Whether an access token still opens the door. */
export const isLive = async (world: World, { accessToken: token }: { accessToken: string }): Promise<boolean> =>
  (await world.send('GET /v1/me', { token })).status === 200

/** Another code than this. */
export const wrongCode = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0')
