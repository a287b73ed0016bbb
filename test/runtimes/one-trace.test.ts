import { afterAll, beforeAll, describe } from 'bun:test'
import type { Page } from 'playwright-core'
import { launchChromium, openTab } from '../proofs/chromium'
import { type Settings, startBunServer } from '../support/bun-server'
import { type OtlpReceiver, startOtlpReceiver } from '../support/otlp-receiver'
import { type ResendSink, startResendSink } from '../support/resend-sink'
import type { Server } from '../support/server'
import { startWorkerServer } from '../support/worker-server'
import { testOneTrace } from './one-trace'
import { browserObstacle } from './passkey-example'
import { openRealDatabase } from './real-postgres'
import { secret } from './server-process'

if (browserObstacle) console.warn(`Skipped: one trace from the browser to the mail, since ${browserObstacle}.`)

const starts: Record<string, (settings: Settings, databaseUrl: string) => Promise<Server>> = {
  'on Bun': (settings, databaseUrl) => startBunServer({ ...settings, DATABASE_URL: databaseUrl }),
  'in workerd': (settings, databaseUrl) => startWorkerServer(settings, databaseUrl),
}

for (const [where, start] of Object.entries(starts)) {
  describe(where, () => {
    const resources = new AsyncDisposableStack()
    let server: Server
    let receiver: OtlpReceiver
    let sink: ResendSink
    let origin: string

    beforeAll(async () => {
      const database = resources.use(await openRealDatabase())
      receiver = resources.use(startOtlpReceiver())
      sink = await startResendSink()
      resources.defer(sink.stop)
      const page = new Response('<!doctype html><title>A page</title>', { headers: { 'content-type': 'text/html' } })
      const pages = Bun.serve({ port: 0, hostname: '127.0.0.1', routes: { '/': page } })
      resources.defer(() => pages.stop(true))
      origin = `http://localhost:${pages.port}`
      const settings = {
        ...{ ENVIRONMENT: 'test', SECRET: secret, RATE_LIMITS: 'off', CORS_ORIGINS: origin },
        ...{ EMAIL_VERIFICATION: 'required', EMAIL_FROM: 'Postern <id@example.com>' },
        ...{ RESEND_API_KEY: 're_key', RESEND_BASE_URL: sink.url },
        ...{ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20b2s%3D' },
        OTEL_TRACES_SAMPLER_ARG: '1',
      }
      server = await start(settings, database.url)
      resources.defer(server.stop)
    }, 90_000)

    afterAll(() => resources.disposeAsync())

    const openPage = async (): Promise<Page> => {
      const browser = await launchChromium()
      resources.defer(() => browser.close())
      const { page } = await openTab(browser)
      await page.goto(origin)
      return page
    }

    testOneTrace(where, { url: () => server.baseUrl, receiver: () => receiver, sink: () => sink, openPage })
  })
}
