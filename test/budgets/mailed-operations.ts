import * as z from 'zod'
import { get, logIn, newAddress, password, post, registerAccount } from '../runtimes/account'

/** A request that is ready to be sent to whichever server. */
export type PreparedRequest = (url: string) => Promise<Response>

const Mailbox = z.object({
  items: z.array(z.object({ template: z.string(), data: z.record(z.string(), z.string()) })),
})

/** What the mail brings that an address gets: its token, and its code if it has one. */
export const waitForMail = async (
  url: string,
  to: string,
  template: string,
): Promise<{ token: string; code: string }> => {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    const mailbox = Mailbox.parse(await (await get(url, `/dev/mailbox?to=${to}`)).json())
    const data = mailbox.items.find((mail) => mail.template === template)?.data
    if (data) return { token: data.token ?? '', code: data.code ?? '' }
    await Bun.sleep(10)
  }
  throw new Error(`${to} got no mail “${template}”.`)
}

const requestLogInMail = async (url: string) => {
  const { email } = await registerAccount(url)
  await post(url, '/auth/email-link', { email })
  return { email, ...(await waitForMail(url, email, 'log-in')) }
}

const wrong = (code: string) => (code === '000000' ? '000001' : '000000')

/**
 * One request each that uses what was mailed. A server that works jobs prepares it, for a new person, since using one
 * token voids others; then it costs on another server only what it costs itself.
 */
export const mailedOperations = {
  'prove the address': async (helper) => {
    const { email } = await registerAccount(helper)
    const { token } = await waitForMail(helper, email, 'verify-email')
    return (url) => post(url, '/auth/email/verify', { token })
  },
  'set a password by the link': async (helper) => {
    const { email } = await registerAccount(helper)
    await post(helper, '/auth/password/forgot', { email })
    const { token } = await waitForMail(helper, email, 'reset-password')
    return (url) => post(url, '/auth/password/reset', { token, newPassword: `${password} again` })
  },
  'log in by the link': async (helper) => {
    const { token } = await requestLogInMail(helper)
    return (url) => post(url, '/auth/email-link/consume', { token })
  },
  'log in by the code': async (helper) => {
    const { email, code } = await requestLogInMail(helper)
    return (url) => post(url, '/auth/email-link/consume', { email, code })
  },
  'log in by a wrong code': async (helper) => {
    const { email, code } = await requestLogInMail(helper)
    return (url) => post(url, '/auth/email-link/consume', { email, code: wrong(code) })
  },
  'confirm another address': async (helper) => {
    const { email } = await registerAccount(helper)
    const { accessToken } = await logIn(helper, email)
    const newEmail = newAddress()
    await post(helper, '/me/email/change', { newEmail }, accessToken)
    const { token } = await waitForMail(helper, newEmail, 'confirm-email')
    return (url) => post(url, '/me/email/change/confirm', { token })
  },
} satisfies Record<string, (helper: string) => Promise<PreparedRequest>>

export type MailedOperationName = keyof typeof mailedOperations

export const mailedOperationNames = Object.keys(mailedOperations).filter(
  (name): name is MailedOperationName => name in mailedOperations,
)
