import type { JobContext } from '#core/context'
import type { RecordView } from './search-contract'
import { signWebhook } from './sign-webhook'

/** Sends records to a webhook, a line of JSON each. Throws unless it says with 2xx that it has them, within the deadline of calls to providers. */
export async function sendToWebhook(
  ctx: JobContext,
  { url, secret }: { url: string; secret: string },
  records: RecordView[],
): Promise<void> {
  const body = records.map((record) => `${JSON.stringify(record)}\n`).join('')
  const id = `audit_${records.at(0)?.position}_${records.at(-1)?.position}`
  const signed = await signWebhook(secret, { id, at: ctx.clock.now(), body })
  const headers = { ...signed, 'content-type': 'application/x-ndjson' }
  const { ok, status } = await ctx.providers.fetch('audit-webhook', url, { method: 'POST', headers, body })
  if (!ok) throw new Error(`It answered ${status}.`)
}
