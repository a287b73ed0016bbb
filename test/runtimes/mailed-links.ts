import { newAddress, password, post } from './account'

/** The routes that cause a mail with a link, each as a person would use it. */
export const mailRoutes = {
  register: (url: string, email: string) => post(url, '/auth/register', { email, password }),
  resend: (url: string, email: string) => post(url, '/auth/email/verify/resend', { email }),
  forgot: (url: string, email: string) => post(url, '/auth/password/forgot', { email }),
  'email-link': (url: string, email: string) => post(url, '/auth/email-link', { email }),
}

export type MailRoute = keyof typeof mailRoutes

export const mailRouteNames = ['register', 'resend', 'forgot', 'email-link'] as const satisfies MailRoute[]

const uses: Record<string, (url: string, token: string) => Promise<Response>> = {
  '/verify-email': (url, token) => post(url, '/auth/email/verify', { token }),
  '/reset-password': (url, token) => post(url, '/auth/password/reset', { token, newPassword: `new ${password}` }),
  '/log-in': (url, token) => post(url, '/auth/email-link/consume', { token }),
}

/** Does what the page behind a mail's link does on a click. Throws when there is no link, or it does not work. */
export const useLink = async (url: string, text: string): Promise<void> => {
  const [link, path = '', token = ''] = /https?:\/\/[^/\s]+(\/[\w-]+)#token=([\w-]+)/.exec(text) ?? []
  const use = uses[path]
  if (!use) throw new Error(`There is no link of ours in: ${link ?? text}`)
  const response = await use(url, token)
  if (!response.ok) throw new Error(`The link to ${path} was answered ${response.status}: ${await response.text()}`)
}

export const newAddresses = (count: number): string[] => Array.from({ length: count }, newAddress)
