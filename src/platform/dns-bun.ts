import { Resolver } from 'node:dns/promises'
import { type Dns, dnsTimeoutMs, type TxtAnswer } from '#core/dns'

const absentCodes = new Set(['ENOTFOUND', 'ENODATA'])

const read = async (resolver: Resolver, name: string): Promise<TxtAnswer> => {
  try {
    const records = await resolver.resolveTxt(name)
    // Bun gives each part of a record as if it were a record of its own.
    return { outcome: 'found', texts: records.map((parts) => parts.join('')) }
  } catch (error) {
    const isAbsent = error instanceof Error && 'code' in error && absentCodes.has(String(error.code))
    return { outcome: isAbsent ? 'absent' : 'unavailable' }
  }
}

/**
 * Asks the resolvers of the machine.
 * @param servers others to ask, as `address:port`
 */
export const createSystemDns = (servers?: readonly string[], timeoutMs = dnsTimeoutMs): Dns => ({
  txt: async (name) => {
    const resolver = new Resolver({ timeout: timeoutMs, tries: 1 })
    if (servers) resolver.setServers(servers)
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise<TxtAnswer>((resolve) => {
      timer = setTimeout(() => resolve({ outcome: 'unavailable' }), timeoutMs)
    })
    try {
      return await Promise.race([read(resolver, name), late])
    } finally {
      clearTimeout(timer)
      resolver.cancel()
    }
  },
})
