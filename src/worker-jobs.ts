import type { Config } from '#core/config'
import type { RateLimiter } from '#core/platform'
import type { ProviderCaller } from '#core/provider-settings'
import { answerImportedHash } from '#platform/imported-hash-endpoint'
import { answerLimits } from '#platform/limits-endpoint'
import { createMailer } from '#platform/mailer'
import { answerPasskey } from '#platform/passkey-endpoint'
import { createPasskeyVerifier } from '#platform/passkey-verifier'
import { openQueue } from '#platform/pg-boss'
import { createProviderCaller } from '#platform/provider-caller'
import { createRedisLimiter } from '#platform/redis-limiter'
import { systemClock } from '#platform/system'
import { openUpstash } from '#platform/upstash'
import { openWorkerCore, readBindings } from '#platform/worker-core'
import { sampleMail } from './features/notifications/templates/sample-mail'
import { createJobWorker } from './job-worker'

interface Bindings {
  HYPERDRIVE: { connectionString: string }
  [name: string]: unknown
}

/** After this long no new job is begun: what waits is for the next event, and those under way may still end. */
const longestMs = 20_000

/** Of so many events at once in an isolate, each takes what is due; one more would only take connections. */
const mostEvents = 3

let config: Config | undefined
let limiter: RateLimiter | undefined
let providers: ProviderCaller | undefined
let events = 0

/** Lives as long as the isolate, so that it remembers which provider is away. */
const openProviders = (config: Config): ProviderCaller => {
  providers ??= createProviderCaller(config, systemClock)
  return providers
}

/** Lives as long as the isolate, so that it remembers when Redis is away. */
const openLimiter = (bindings: Bindings): RateLimiter => {
  config ??= readBindings(bindings)
  const { UPSTASH_REDIS_REST_URL: url = '', UPSTASH_REDIS_REST_TOKEN: token = '' } = config
  const timeoutMs = config.REDIS_TIMEOUT_MILLISECONDS
  return createRedisLimiter(openUpstash({ url, token, timeoutMs }), { clock: systemClock, timeoutMs })
}

/** Works jobs until none is due, or for as long as an event may take. */
const workJobs = async (bindings: Bindings, { maintain }: { maintain: boolean }): Promise<void> => {
  config ??= readBindings(bindings)
  const { core, close } = openWorkerCore(config)
  const jobs = openQueue(core.db)
  const worker = createJobWorker({
    ...core,
    jobs,
    mailer: createMailer(config, core.db, core.clock),
    providers: openProviders(config),
  })
  const deadline = setTimeout(worker.stop, longestMs)
  events += 1
  try {
    if (maintain) await worker.maintain()
    else worker.wake()
    await worker.settled()
  } finally {
    events -= 1
    clearTimeout(deadline)
    await jobs.close()
    await close()
  }
}

const preview = ({ searchParams }: URL): Response =>
  Response.json(sampleMail(searchParams.get('template') ?? '', searchParams.get('locale') ?? ''))

/** What the API's Worker asks of this one, by the host it names. Nothing else reaches it: it has no address. */
const respond = async (request: Request, bindings: Bindings): Promise<Response> => {
  const url = new URL(request.url)
  if (url.hostname === 'limits') {
    limiter ??= openLimiter(bindings)
    return answerLimits(limiter, request)
  }
  if (url.hostname === 'preview') return preview(url)
  if (url.hostname === 'passkey') return answerPasskey(createPasskeyVerifier(), request)
  if (url.hostname === 'imported-hash') return answerImportedHash(request)
  if (events < mostEvents) await workJobs(bindings, { maintain: false })
  return new Response(null, { status: 204 })
}

export default {
  fetch: respond,
  scheduled: (_: unknown, bindings: Bindings): Promise<void> => workJobs(bindings, { maintain: true }),
}
