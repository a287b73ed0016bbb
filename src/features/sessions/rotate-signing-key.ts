import type { Config } from '#core/config'
import type { Context } from '#core/context'
import { endOf, publishedBeforeSeconds, stagesOf } from './key-schedule'
import { addSeconds } from './new-session'
import { listSigningKeys, type SigningKeyRow } from './signing-key-queries'
import { createSigningKey } from './stored-signing-keys'

/** When each step of a rotation is. */
export interface Rotation {
  keyId: string
  /** Whether it was staged now, and not before. */
  isStaged: boolean
  /** Every instance has it in its key set by then. */
  publishedBy: Date
  signsFrom: Date
  /** What signs until then, and when the last of its tokens dies and it leaves the key set; null before the first key. */
  replaced: { keyId: string; lastTokenDiesAt: Date; leavesAt: Date } | null
}

const toRotation = (
  rows: SigningKeyRow[],
  staged: SigningKeyRow,
  current: SigningKeyRow | undefined,
  { config, isStaged }: { config: Config; isStaged: boolean },
): Rotation => {
  const end = current && endOf(current, rows, config.ACCESS_TOKEN_SECONDS)
  return {
    keyId: staged.keyId,
    isStaged,
    publishedBy: addSeconds(staged.createdAt, config.KEY_REVOCATION_SECONDS),
    signsFrom: staged.signsFrom,
    replaced:
      current && end ? { keyId: current.keyId, lastTokenDiesAt: end.lastTokenDiesAt, leavesAt: end.leavesAt } : null,
  }
}

/**
 * Stages the next signing key: published now, signing once every cache of the key set has seen it. Running instances
 * take it up by themselves. A key that is staged already is left as it is.
 */
export async function rotateSigningKey(ctx: Context): Promise<Rotation> {
  const { config } = ctx
  const now = ctx.clock.now()
  const rows = await listSigningKeys(ctx.db, {})
  const { current, next } = stagesOf(rows, now, config.ACCESS_TOKEN_SECONDS)
  if (next) return toRotation(rows, next, current, { config, isStaged: false })
  const signsFrom = current ? addSeconds(now, publishedBeforeSeconds) : now
  await createSigningKey(ctx, Math.max(0, ...rows.map(({ generation }) => generation)) + 1, signsFrom)
  const newRows = await listSigningKeys(ctx.db, {})
  const stages = stagesOf(newRows, now, config.ACCESS_TOKEN_SECONDS)
  const staged = stages.next ?? stages.current
  if (!staged) throw new Error('There is no signing key.')
  return toRotation(newRows, staged, current, { config, isStaged: true })
}
