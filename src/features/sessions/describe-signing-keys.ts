import type { Context } from '#core/context'
import { endOf, type KeyStage, stagesOf } from './key-schedule'
import { listSigningKeys } from './signing-key-queries'

/** A signing key as an operator sees it. */
export interface SigningKeyState {
  keyId: string
  generation: number
  algorithm: string
  stage: KeyStage
  publishedAt: Date
  signsFrom: Date
  /** Null while no other key is to follow it. */
  signsUntil: Date | null
  lastTokenDiesAt: Date | null
  leavesAt: Date | null
  revokedAt: Date | null
}

/** Every signing key there ever was, the newest first, and what each of them does. */
export async function describeSigningKeys(ctx: Context): Promise<SigningKeyState[]> {
  const rows = await listSigningKeys(ctx.db, {})
  const { ACCESS_TOKEN_SECONDS } = ctx.config
  const { current, next, previous } = stagesOf(rows, ctx.clock.now(), ACCESS_TOKEN_SECONDS)
  const stageOf = (row: (typeof rows)[number]): KeyStage => {
    if (row.revokedAt) return 'revoked'
    if (row === current) return 'current'
    if (previous.includes(row)) return 'previous'
    return next && row.generation >= next.generation ? 'next' : 'retired'
  }
  const states = rows.map((row): SigningKeyState => {
    const { keyId, generation, algorithm, createdAt: publishedAt, signsFrom, revokedAt } = row
    const end = endOf(row, rows, ACCESS_TOKEN_SECONDS)
    return {
      ...{ keyId, generation, algorithm, stage: stageOf(row), publishedAt, signsFrom },
      signsUntil: end?.signsUntil ?? null,
      lastTokenDiesAt: end?.lastTokenDiesAt ?? null,
      leavesAt: end?.leavesAt ?? null,
      revokedAt,
    }
  })
  return states.reverse()
}
