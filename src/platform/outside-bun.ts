import { lookup } from 'node:dns/promises'
import { toCanonicalAddress } from '#core/network'
import type { Outside } from '#core/outside'
import { createOutside, type OutsideParts } from './outside'
import { outsideHeaders } from './outside-headers'

/** More are not tried one after another: the first that answers is the answer. */
const mostTries = 3

/** The resolver of the machine: what is in its hosts file is found as anybody on it would find it, and is checked. */
const resolve = async (name: string): Promise<string[]> => {
  const found = await lookup(name, { all: true, order: 'ipv4first' })
  return found.map(({ address }) => toCanonicalAddress(address) ?? address)
}

const isAddress = (hostname: string) => toCanonicalAddress(hostname.replace(/^\[(.*)\]$/, '$1')) !== undefined

/** Certificates are checked against the name in the URL, though the address is what is called. */
export const createPinnedCall =
  (ca?: string): OutsideParts['call'] =>
  async (url, addresses, signal) => {
    const callAt = (hostname: string): Promise<Response> => {
      const pinned = new URL(url)
      pinned.hostname = hostname
      return fetch(pinned, {
        headers: { ...outsideHeaders, host: url.host },
        tls: { ...(!isAddress(url.hostname) && { serverName: url.hostname }), ...(ca !== undefined && { ca }) },
        redirect: 'manual',
        decompress: false,
        keepalive: false,
        signal,
      })
    }
    if (addresses.length === 0) return callAt(url.hostname)
    let fault: unknown
    for (const address of addresses.slice(0, mostTries)) {
      try {
        return await callAt(address.includes(':') ? `[${address}]` : address)
      } catch (cause) {
        fault = cause
        if (signal.aborted) break
      }
    }
    throw fault
  }

/** Calls the very address that was checked, so a name that resolves to another one meanwhile leads nowhere. */
export const createBunOutside = (
  allowedHosts: readonly string[],
  { resolver = resolve, ca }: { resolver?: OutsideParts['resolve']; ca?: string } = {},
): Outside => createOutside({ resolve: resolver, call: createPinnedCall(ca), allowedHosts })
