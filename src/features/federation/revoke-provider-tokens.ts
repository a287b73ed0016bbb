import { processRevocationResponse, revocationRequest } from 'oauth4webapi'
import type { JobContext } from '#core/context'
import { noteOutage } from '#core/outages'
import { completed, type JobOutcome, type JobPayloads } from '../jobs/contract'
import { clientAuthentication } from './client-authentication'
import { discover } from './discover'
import { findProvider } from './find-provider'
import { openTokens } from './provider-tokens'
import { deleteRevocation, findRevocation, type RevokedTokens } from './token-queries'

const tellProvider = async (ctx: JobContext, kept: RevokedTokens): Promise<void> => {
  const configured = findProvider(ctx.config, kept.provider)
  const { server, client, options } = await discover(ctx, configured)
  if (!server.revocation_endpoint) return
  const { accessToken, refreshToken } = await openTokens(ctx, kept, kept.sealedTokens)
  const token = refreshToken ?? accessToken
  const response = await revocationRequest(server, client, clientAuthentication(configured, server), token, options)
  await processRevocationResponse(response)
}

/** Tells a provider that the tokens of an identity are over (RFC 7009), where it takes that and is configured still, and forgets them. */
export async function revokeProviderTokens(
  ctx: JobContext,
  { revocationId }: JobPayloads['revoke-provider-tokens'],
): Promise<JobOutcome> {
  const [kept] = await findRevocation(ctx.db, { revocationId })
  if (!kept) return completed
  if (Object.hasOwn(ctx.config.OAUTH, kept.provider)) {
    await tellProvider(ctx, kept).catch((error: unknown) => {
      noteOutage(ctx, 'provider', 'queued')
      throw error
    })
  }
  await deleteRevocation(ctx.db, { revocationId })
  return completed
}
