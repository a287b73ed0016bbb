import type { CoreContext } from '#core/context'
import { readSignedToken, type SignedFormat, signToken, toUuid, uuidDigits } from '#core/token-bytes'

type Signer = Pick<CoreContext, 'config'>

/** 16 bytes erasure, 32 bytes HMAC: no row is needed for them, so each mail of one erasure brings the same. */
const cancellation: SignedFormat = { prefix: 'pec_', purpose: 'erasure-cancellation', claimsLength: 16 }
const receipt: SignedFormat = { prefix: 'per_', purpose: 'erasure-receipt', claimsLength: 16 }

const write = (ctx: Signer, format: SignedFormat, erasureId: string): Promise<string> =>
  signToken(ctx, format, Uint8Array.fromHex(uuidDigits(erasureId)))

const read = async (ctx: Signer, format: SignedFormat, token: string): Promise<string | undefined> => {
  const claims = await readSignedToken(ctx, format, token)
  return claims && toUuid(claims.toHex())
}

/** The token that takes a deletion back. It works as often as the erasure can be cancelled: once. */
export const writeCancellation = (ctx: Signer, erasureId: string): Promise<string> =>
  write(ctx, cancellation, erasureId)

/** The erasure that a token takes back; undefined for anything else. */
export const readCancellation = (ctx: Signer, token: string): Promise<string | undefined> =>
  read(ctx, cancellation, token)

/** Where who deleted their account sees what became of it, without an account. */
export const receiptUrl = async (ctx: Signer, erasureId: string): Promise<string> =>
  `${ctx.config.BASE_URL}/v1/erasures/${await write(ctx, receipt, erasureId)}`

/** The erasure that the token of such an address names; undefined for anything else. */
export const readReceiptToken = (ctx: Signer, token: string): Promise<string | undefined> => read(ctx, receipt, token)
