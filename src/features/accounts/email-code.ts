import type { CoreContext } from '#core/context'
import { authenticateByEachVersion, authenticateBytes } from '#core/macs'

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

const bytesOf = (email: string, code: string) => new TextEncoder().encode(`${email}:${code}`)

/** What is stored of a code: an HMAC, since six digits under a bare hash are found at once. It is the address's own. */
export const hashCode = async (ctx: CoreContext, email: string, code: string): Promise<string> =>
  (await authenticateBytes(ctx, 'email-code', bytesOf(email, code))).toHex()

/** What may be stored of a code, as a JSON list: by each version of SECRET, so that a rotation spoils no code. */
export const listCodeHashes = async (ctx: CoreContext, email: string, code: string): Promise<string> => {
  const macs = await authenticateByEachVersion(ctx, 'email-code', bytesOf(email, code))
  return JSON.stringify(macs.map((mac) => mac.toHex()))
}
