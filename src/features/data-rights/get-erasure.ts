import type { Context } from '#core/context'
import { notFound } from '#core/problems'
import { answerErasure } from './answer-erasure'
import type { ErasureAnswer } from './contract'
import { findErasure } from './erasure-queries'
import { readReceiptToken } from './erasure-tokens'

/**
 * What became of an account that its owner deleted, with the signed receipt once it is erased: for who knows the address,
 * since by then there is no account to log in to. Throws `not-found`.
 */
export async function getErasure(ctx: Context, { token }: { token: string }): Promise<ErasureAnswer> {
  const erasureId = await readReceiptToken(ctx, token)
  const [row] = erasureId ? await findErasure(ctx.db, { erasureId }) : []
  if (!row) throw notFound()
  return answerErasure(ctx, row)
}
