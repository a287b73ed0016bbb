import type { DoorFacts } from './door-contract'
import { skipAll, type Verdict, verdictOf } from './verdict'

/** What a check-up pretends to come from: nobody's (RFC 5737). */
export const forgedAddress = '192.0.2.77'

/** Judges which address the server took for that of a caller who sent a forged `X-Forwarded-For`. */
export function judgeCaller({ checkup, noCheckup }: DoorFacts): Verdict[] {
  if (checkup === null) return skipAll(['address-forged', 'address-of-proxy'], noCheckup)
  const { address, source, forwardedFor } = checkup.facts.caller
  // Whoever adds to the header, or writes it anew, stands between.
  const isProxied = forwardedFor.join() !== forgedAddress
  const isForged = address === forgedAddress
  const isUnknown = source === 'nobody'
  return [
    verdictOf('address-forged', isForged && `it took ${forgedAddress} from ${source}, where we had put it`),
    verdictOf(
      'address-of-proxy',
      (isUnknown && 'nobody vouches for an address') ||
        (source === 'connection' &&
          isProxied &&
          `it took ${address}, the other end of the connection, though a proxy said “${forwardedFor.join(', ')}”`),
      `${address}, by ${source}`,
    ),
  ]
}
