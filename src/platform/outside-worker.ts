import type { Outside } from '#core/outside'
import { createHttpsResolver } from './dns-over-https'
import { createOutside, type OutsideParts } from './outside'
import { outsideHeaders } from './outside-headers'

/** A Worker can't say which address is called: the runtime resolves once more, and refuses what is not public itself. */
const call: OutsideParts['call'] = (url, _, signal) =>
  fetch(url, { headers: outsideHeaders, redirect: 'manual', signal })

/** Checks what a name resolves to, and leaves the rest to the runtime. */
export const createWorkerOutside = (allowedHosts: readonly string[], dnsUrl: string | undefined): Outside =>
  createOutside({ resolve: createHttpsResolver(dnsUrl), call, allowedHosts })
