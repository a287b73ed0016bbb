import * as z from 'zod'
import { normalizeEmailAddress } from './normalize-email-address'

/** An address of e-mail as people give it; it comes out as we keep it. */
export const EmailAddress = z
  .string()
  .max(1024)
  .transform((text, check) => {
    const address = normalizeEmailAddress(text)
    if (address !== undefined) return address
    check.addIssue({ code: 'custom', params: { code: 'invalid_email' }, message: 'Give an e-mail address.' })
    return z.NEVER
  })
  .meta({ format: 'email', example: 'ada@example.com', override: { type: 'string', format: 'email' } })
