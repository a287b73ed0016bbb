import { randomUUID } from 'node:crypto'
import * as z from 'zod'

export const password = 'correct horse battery staple'

export const newAddress = () => `${randomUUID()}@example.com`

export const Tokens = z.object({ accessToken: z.string(), refreshToken: z.string(), sessionId: z.string() })
export type Tokens = z.output<typeof Tokens>

const Registered = z.object({ tokens: Tokens })

export interface Account extends Tokens {
  email: string
}

export const post = (url: string, path: string, body: object = {}, accessToken?: string): Promise<Response> =>
  fetch(`${url}/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(accessToken && { authorization: `Bearer ${accessToken}` }) },
    body: JSON.stringify(body),
  })

const expectStatus = async (response: Response, status: number): Promise<unknown> => {
  if (response.status === status) return response.json()
  throw new Error(`${response.url} answered ${response.status}: ${await response.text()}`)
}

/** Registers a new person, who is logged in at once (EMAIL_VERIFICATION=optional). */
export const registerAccount = async (url: string): Promise<Account> => {
  const email = newAddress()
  const { tokens } = Registered.parse(await expectStatus(await post(url, '/auth/register', { email, password }), 201))
  return { email, ...tokens }
}

export const logIn = async (url: string, email: string): Promise<Tokens> =>
  Tokens.parse(await expectStatus(await post(url, '/auth/login', { email, password }), 200))

export const get = (url: string, path: string, accessToken?: string): Promise<Response> =>
  fetch(`${url}${path}`, accessToken === undefined ? {} : { headers: { authorization: `Bearer ${accessToken}` } })

export const patchMe = (url: string, accessToken: string, changes: object): Promise<Response> =>
  fetch(`${url}/v1/me`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${accessToken}` },
    body: JSON.stringify(changes),
  })

const Mailbox = z.object({ items: z.array(z.object({ data: z.record(z.string(), z.string()) })) })

/** Asks for a verification mail, waits for it in the development mailbox, and proves the address with it. */
export const proveAddress = async (url: string, email: string): Promise<void> => {
  await post(url, '/auth/email/verify/resend', { email })
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const mailbox = await get(url, `/dev/mailbox?to=${encodeURIComponent(email)}`)
    const [mail] = Mailbox.parse(await mailbox.json()).items
    const token = mail?.data.token
    if (token && (await post(url, '/auth/email/verify', { token })).ok) return
    await Bun.sleep(20)
  }
  throw new Error(`No mail for ${email} proves it.`)
}
