/** Argon2id as OWASP's Password Storage Cheat Sheet asks for: 19 MiB, two passes, one lane. */
export const parameters = { memoryKib: 19_456, passes: 2, lanes: 1 } as const

/** What we are willing to compute for a hash that came from elsewhere. */
const bounds = { memoryKib: 65_536, passes: 10, lanes: 4 } as const

const phc = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,3})\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{22,172}$/

/** Whether a PHC string is Argon2id within bounds, so that a planted hash can't exhaust memory or time. */
export const isAffordable = (hash: string): boolean => {
  const [, memoryKib, passes, lanes] = phc.exec(hash) ?? []
  if (memoryKib === undefined) return false
  return Number(memoryKib) <= bounds.memoryKib && Number(passes) <= bounds.passes && Number(lanes) <= bounds.lanes
}

/** A hash with today's parameters that no password has: what an unknown account is compared with. */
export const dummyHash =
  '$argon2id$v=19$m=19456,t=2,p=1$cG9zdGVybi1kdW1teS1zYWx0$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
