import type { Context } from '#core/context'
import { type ErasureAnswer, type ErasureRow, toAccountErasure } from './contract'
import { receiptUrl } from './erasure-tokens'

/** What is told of an erasure, with the address that shows it later. */
export const answerErasure = async (ctx: Context, row: ErasureRow): Promise<ErasureAnswer> => ({
  erasure: toAccountErasure(row, await receiptUrl(ctx, row.id)),
})
