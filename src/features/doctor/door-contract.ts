import type { Checkup } from './contract'

/** What a caller sees of a deployment. What could not be seen is null. */
export interface DoorFacts {
  /** An origin. */
  url: string
  /** Why nothing answers, if nothing does. */
  shut: string | null
  tls: TlsFacts | null
  /** How far the server's clock is ahead of this machine's. */
  skewSeconds: number | null
  lostHeaders: string[]
  /** What shows that an answer was not made for us. */
  cached: string | null
  keySet: { keyIds: string[]; maxAgeSeconds: number | null; ageSeconds: number } | null
  cors: {
    allowedOrigin: string | null
    isAllowed: boolean
    foreignOrigin: string
    givenToForeign: string | null
  } | null
  /** Routes that answered a stranger and should not. */
  openToStrangers: string[]
  /** Where a log-in at this provider led that asked to come back to a foreign address. */
  redirect: { provider: string; status: number } | null
  checkup: { facts: Checkup; cookie: string | null } | null
  /** Why there is none. */
  noCheckup: string
}

export interface TlsFacts {
  isTrusted: boolean
  /** Why not. */
  reason: string
  daysLeft: number
  /** `TLSv1.3` */
  protocol: string
}
