import type { Outside, OutsideFault } from '#core/outside'
import type { BoundWorker } from './imported-hash-binding'
import { faultStatus } from './outside-endpoint'

/** How much longer than the call itself the Worker that makes it may take, its own start included. */
const slackMs = 500

/** Asks the bound Worker, which answers by `answerOutside`: so the guard weighs nothing in this one. */
export const createBoundOutside = (worker: BoundWorker): Outside => ({
  get: async (url, limits) => {
    try {
      const response = await worker.fetch('https://outside/', {
        method: 'POST',
        body: JSON.stringify([url, limits]),
        signal: AbortSignal.timeout(limits.timeoutMs + slackMs),
      })
      if (response.status === faultStatus) {
        // It is our own, and says nothing but which fault it was.
        const fault: OutsideFault = await response.json()
        return { ok: false, fault }
      }
      if (!response.ok) throw new Error(`The bound Worker answered ${response.status}.`)
      const bytes = new Uint8Array(await response.arrayBuffer())
      return { ok: true, bytes, contentType: response.headers.get('content-type') }
    } catch {
      return { ok: false, fault: 'unreachable' }
    }
  },
})
