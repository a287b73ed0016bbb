import type { Context } from '#core/context'
import { publishedBeforeSeconds, stagesOf } from './key-schedule'
import { addSeconds } from './new-session'
import { listSigningKeys } from './signing-key-queries'
import { createSigningKey } from './stored-signing-keys'

/**
 * Stages the next signing key: published now, signing once every cache of the key set has seen it. Running instances
 * take it up by themselves.
 * @returns when it starts to sign; a key that is staged already is left as it is
 */
export async function rotateSigningKey(ctx: Context): Promise<Date> {
  const rows = await listSigningKeys(ctx.db, {})
  const now = ctx.clock.now()
  const { next } = stagesOf(rows, now, ctx.config.ACCESS_TOKEN_SECONDS)
  if (next) return next.signsFrom
  const signsFrom = rows.length === 0 ? now : addSeconds(now, publishedBeforeSeconds)
  await createSigningKey(ctx, Math.max(0, ...rows.map(({ generation }) => generation)) + 1, signsFrom)
  return signsFrom
}
