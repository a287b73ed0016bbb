import { decodeBase64 } from './phc'

/** Argon2id as OWASP's Password Storage Cheat Sheet asks for: 19 MiB, two passes, one lane. */
export const parameters = { memoryKib: 19_456, passes: 2, lanes: 1 } as const

/** What we are willing to compute for a hash that came from elsewhere. */
const bounds = { memoryKib: 65_536, passes: 10, lanes: 4 } as const

const phc =
  /^\$argon2id\$v=19\$m=([1-9]\d{0,6}),t=([1-9]\d{0,2}),p=([1-9]\d{0,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,172})$/

interface Cost {
  memoryKib: number
  passes: number
  lanes: number
}

const readCost = (hash: string): Cost | undefined => {
  const [, memoryKib, passes, lanes, salt = '', digest = ''] = phc.exec(hash) ?? []
  if (!decodeBase64(salt) || !decodeBase64(digest)) return undefined
  return { memoryKib: Number(memoryKib), passes: Number(passes), lanes: Number(lanes) }
}

/** RFC 9106, section 3.1. */
const leastMemoryKibOfALane = 8

const isWithinBounds = ({ memoryKib, passes, lanes }: Cost) =>
  memoryKib >= lanes * leastMemoryKibOfALane &&
  memoryKib <= bounds.memoryKib &&
  passes <= bounds.passes &&
  lanes <= bounds.lanes

/** Whether a PHC string is Argon2id within bounds, so that a planted hash can't exhaust memory or time. */
export const isAffordable = (hash: string): boolean => {
  const cost = readCost(hash)
  return cost !== undefined && isWithinBounds(cost)
}

/** Whether a hash is Argon2id with today's parameters or stronger ones; any other is renewed at the next log-in. */
export const isCurrent = (hash: string): boolean => {
  const cost = readCost(hash)
  return (
    cost !== undefined &&
    isWithinBounds(cost) &&
    cost.memoryKib >= parameters.memoryKib &&
    cost.passes >= parameters.passes
  )
}

/** A hash with today's parameters that no password has: what an unknown account is compared with. */
export const dummyHash =
  '$argon2id$v=19$m=19456,t=2,p=1$cG9zdGVybi1kdW1teS1zYWx0$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
