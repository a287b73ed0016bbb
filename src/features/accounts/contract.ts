import * as z from 'zod'
import { Locale, User } from '../profiles/contract'
import { EmailAddress } from '../profiles/email-address-contract'
import { AcceptedTerms } from '../profiles/terms-contract'
import { TokenSet, Transport } from '../sessions/contract'

/** Bounded before anything looks at it; the policy is for new passwords only. */
const Password = z.string().max(1024).meta({ format: 'password', example: 'correct horse battery staple' })

const name = z.string().trim().min(1).max(100).meta({ example: 'Ada Lovelace' })

const captchaToken = z
  .string()
  .min(1)
  .max(4096)
  .optional()
  .meta({ description: 'The solved challenge, where one is asked for (`captcha_required`).' })

export const Registration = z
  .strictObject({
    email: EmailAddress,
    password: Password,
    name: name.optional(),
    locale: Locale.optional(),
    acceptedTerms: AcceptedTerms.optional(),
    captchaToken,
  })
  .meta({ id: 'Registration' })
export type Registration = z.output<typeof Registration>

export const Activation = z
  .object({
    isFullyActivated: z.boolean(),
    canLogin: z.boolean(),
    pendingTasks: z.array(z.enum(['email_verification', 'password_setup', 'terms_acceptance'])),
    message: z.string(),
  })
  .meta({ id: 'Activation' })
export type Activation = z.output<typeof Activation>

export const ActivationAnswer = z.object({ activation: Activation }).meta({ id: 'ActivationAnswer' })
export type ActivationAnswer = z.output<typeof ActivationAnswer>

export const Registered = z.object({ user: User, activation: Activation, tokens: TokenSet }).meta({ id: 'Registered' })
export type Registered = z.output<typeof Registered>

export const LogIn = z
  .strictObject({ email: EmailAddress, password: Password, transport: Transport.optional(), captchaToken })
  .meta({ id: 'LogIn' })
export type LogIn = z.output<typeof LogIn>

const token = z.string().min(1).max(128).meta({ description: 'From the link in the mail.' })

export const EmailToken = z.strictObject({ token }).meta({ id: 'EmailToken' })
export type EmailToken = z.output<typeof EmailToken>

export const MailRequest = z.strictObject({ email: EmailAddress, captchaToken }).meta({ id: 'MailRequest' })
export type MailRequest = z.output<typeof MailRequest>

export const PasswordReset = z.strictObject({ token, newPassword: Password }).meta({ id: 'PasswordReset' })
export type PasswordReset = z.output<typeof PasswordReset>

export const PasswordChange = z
  .strictObject({ currentPassword: Password, newPassword: Password })
  .meta({ id: 'PasswordChange' })
export type PasswordChange = z.output<typeof PasswordChange>

export const EmailChange = z.strictObject({ newEmail: EmailAddress }).meta({ id: 'EmailChange' })
export type EmailChange = z.output<typeof EmailChange>

const code = z
  .string()
  .regex(/^\d{6}$/, { error: 'Give the six digits from the mail.' })
  .meta({ example: '271828' })

/** A union would tell a wrong field as a wrong body, so what belongs together is checked after each field. */
export const EmailLogIn = z
  .strictObject({
    token: token.optional(),
    email: EmailAddress.optional(),
    code: code.optional(),
    transport: Transport.optional(),
  })
  .refine(
    ({ token, email, code }) =>
      token === undefined ? email !== undefined && code !== undefined : email === undefined && code === undefined,
    { error: 'Give either `token`, or `email` and `code`.', params: { code: 'token_or_code' } },
  )
  .meta({ id: 'EmailLogIn', description: 'Either `token`, or `email` and `code`.' })
export type EmailLogIn = z.output<typeof EmailLogIn>
