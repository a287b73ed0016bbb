import type { CoreContext } from '#core/context'
import { authenticateBytes } from '#core/secrets'

const digits = 6
const codes = 10 ** digits

/** Six digits, each code as likely as the next: of 32 random bits, those that would favour some codes are thrown away. */
export const newCode = (ctx: CoreContext): string => {
  const fair = Math.floor(2 ** 32 / codes) * codes
  for (;;) {
    const drawn = new DataView(ctx.random.bytes(4).buffer).getUint32(0)
    if (drawn < fair) return String(drawn % codes).padStart(digits, '0')
  }
}

const authenticate = async (ctx: CoreContext, text: string): Promise<string> =>
  (await authenticateBytes(ctx, 'email-code', new TextEncoder().encode(text))).toHex()

/** What is stored of a code: an HMAC, since six digits under a bare hash are found at once. It is the address's own. */
export const hashCode = (ctx: CoreContext, email: string, code: string): Promise<string> =>
  authenticate(ctx, `code:${email}:${code}`)

/** What attempts are counted by. */
export const hashAddress = (ctx: CoreContext, email: string): Promise<string> => authenticate(ctx, `address:${email}`)
