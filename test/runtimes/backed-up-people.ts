import * as z from 'zod'
import { makePng } from '../support/images'
import { noteSecret } from '../support/secrets'
import { openTotpApp, stepAt, type TotpApp, totpCode } from '../support/totp'
import { type Account, get, logIn, password, post, registerAccount, Tokens } from './account'

export interface PersonWithApp extends Account {
  app: TotpApp
  picture: string
}

const Me = z.object({ picture: z.string() })

/** Somebody with an authenticator app, and with a picture. @param prove lets the address count as proved */
export const registerWithApp = async (url: string, prove: () => Promise<unknown>): Promise<PersonWithApp> => {
  const { email } = await registerAccount(url)
  await prove()
  const tokens = await logIn(url, email)
  const { secret } = z
    .object({ secret: z.string() })
    .parse(await (await post(url, '/me/mfa/totp', {}, tokens.accessToken)).json())
  noteSecret(secret)
  const step = stepAt(new Date())
  const confirmed = await post(url, '/me/mfa/totp/confirm', { code: totpCode(secret, step) }, tokens.accessToken)
  if (!confirmed.ok) throw new Error(`The app was refused: ${await confirmed.text()}`)
  const put = await fetch(`${url}/v1/me/avatar`, {
    method: 'PUT',
    headers: { 'content-type': 'image/png', authorization: `Bearer ${tokens.accessToken}` },
    body: makePng(8, 8),
  })
  if (!put.ok) throw new Error(`The picture was refused: ${await put.text()}`)
  const { picture } = Me.parse(await (await get(url, '/v1/me', tokens.accessToken)).json())
  return { email, ...tokens, app: openTotpApp(secret, step), picture: new URL(picture).pathname }
}

const Challenged = z.object({ challenge: z.object({ token: z.string() }) })

/** Logs in by password and the app’s next code. */
export const logInWithApp = async (url: string, { email, app }: PersonWithApp): Promise<Tokens> => {
  const { challenge } = Challenged.parse(await (await post(url, '/auth/login', { email, password })).json())
  const code = app.next()
  return Tokens.parse(
    await (await post(url, '/auth/mfa/verify', { challengeToken: challenge.token, method: 'totp', code })).json(),
  )
}

/** A session as it goes on: a refresh token counts once, so that the newest is kept. */
export const refresh = async (url: string, { refreshToken }: Pick<Tokens, 'refreshToken'>): Promise<Tokens> => {
  const response = await post(url, '/auth/refresh', { refreshToken })
  if (!response.ok) throw new Error(`The refresh was answered with ${response.status}.`)
  return Tokens.parse(await response.json())
}
