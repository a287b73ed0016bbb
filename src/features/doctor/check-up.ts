import type { Context } from '#core/context'
import { toCanonicalAddress } from '#core/network'
import { requireOperator } from '../operations/require-operator'
import type { Caller, Checkup } from './contract'
import { examineInside } from './examine-inside'

/** What came along with the request, of what may say where it is from. */
interface ArrivedHeaders {
  authorization: string | undefined
  forwardedFor: string | undefined
  cfConnectingIp: string | undefined
}

const mostEntries = 10

/** Whose word was taken. On Workers no setting says so: it is the edge's. */
const sourceOf = ({ config, request }: Context, { cfConnectingIp = '' }: ArrivedHeaders): Caller['source'] => {
  if (request.ipAddress === null) return 'nobody'
  const { kind } = config.TRUSTED_PROXY
  if (kind === 'hops' || kind === 'networks') return 'x-forwarded-for'
  return toCanonicalAddress(cfConnectingIp) === request.ipAddress ? 'cf-connecting-ip' : 'connection'
}

/** What only the server sees of itself, for an operator. Throws `not-found`. */
export async function checkUp(ctx: Context, headers: ArrivedHeaders): Promise<Checkup> {
  await requireOperator(ctx, headers.authorization)
  const entries = (headers.forwardedFor ?? '').split(',').map((entry) => entry.trim().slice(0, 64))
  const time = ctx.clock.now().toISOString()
  return {
    ...(await examineInside(ctx)),
    time,
    caller: {
      address: ctx.request.ipAddress,
      source: sourceOf(ctx, headers),
      forwardedFor: entries.filter((entry) => entry !== '').slice(-mostEntries),
    },
  }
}
