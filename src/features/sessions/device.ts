import type { RequestFacts } from '#core/context'

/** The first half of an IPv4 address, or the first two groups of an IPv6 one: about one provider in one region. */
const networkOf = (ipAddress: string): string =>
  ipAddress.includes(':') ? ipAddress.split(':').slice(0, 2).join(':') : ipAddress.split('.').slice(0, 2).join('.')

/**
 * What stays the same of a device from one log-in to the next: its browser without version numbers, and its network
 * roughly. Good enough to tell a person of a log-in that is unlike theirs, no proof of anything.
 */
export const deviceOf = ({ userAgent, ipAddress }: RequestFacts): string =>
  `${(userAgent ?? '').replaceAll(/[\d._]+/g, '')}|${networkOf(ipAddress ?? '')}`
