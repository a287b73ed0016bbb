import type { JobContext } from '#core/context'
import { newestSealPrefix, openSealed, seal } from '#core/secrets'
import { completed, type JobOutcome } from '../jobs/contract'
import { sealedFor } from './read-factor'
import { listTotpSeals, replaceTotpSeal } from './seal-queries'

const batch = 200

/**
 * Seals the secrets of apps anew that an older version of SECRET sealed, so that it may go. One that can't be opened, since
 * its version is gone already, is told to the operator and passed over.
 */
export async function renewTotpSeals(ctx: JobContext): Promise<JobOutcome> {
  const prefix = await newestSealPrefix(ctx)
  let after: string | null = null
  for (;;) {
    const rows = await listTotpSeals(ctx.db, { prefix, after, limit: batch })
    for (const { id, sealedSecret } of rows) {
      try {
        const secret = await openSealed(ctx, 'totp-seal', sealedFor(id), sealedSecret)
        const newSeal = await seal(ctx, 'totp-seal', sealedFor(id), secret)
        await replaceTotpSeal(ctx.db, { id, oldSeal: sealedSecret, newSeal })
      } catch {
        ctx.log({ level: 'error', message: 'the secret of an authenticator app can’t be opened', authenticatorId: id })
      }
    }
    after = rows.at(-1)?.id ?? null
    if (rows.length < batch) return completed
  }
}
