import type { Context } from '#core/context'
import { notFound, sessionRevoked } from '#core/problems'
import { eventValues } from '../audit/event-values'
import type { KeyHolder } from './contract'

/** What the statements about an owner's keys need. */
export const ownerValues = (ctx: Context, { kind: _, makerId: _m, permissions: _p, ...owner }: KeyHolder) => ({
  ...eventValues(ctx),
  ...owner,
})

/** Why there is no such owner: the session of the person is over, or there is no such service account. */
export const noOwner = ({ kind }: KeyHolder) => (kind === 'user' ? sessionRevoked() : notFound())
