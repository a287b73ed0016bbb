import type postgres from 'postgres'
import { requestText } from '../load/connection'
import { askAll, type Lane } from '../load/lane'
import { names } from './names'
import { startProcess } from './start-process'

/** What no such server can pass, on the same runtime: Hono alone, and Hono that verifies a token by jose. */
export const openLimits = async (resources: AsyncDisposableStack, sql: postgres.Sql): Promise<Lane[]> => {
  const server = { ...(await startProcess(resources, 'limits')), sql }
  const [answer] = await askAll(server.url, [requestText('GET /token')])
  const verified = requestText('GET /jose', { bearer: answer?.body ?? '' })
  const bare = requestText('GET /bare')
  const lane = { server, status: 200, operation: 'token check' } as const
  return [
    { ...lane, contender: names.jose, next: () => verified },
    { ...lane, contender: names.hono, next: () => bare },
  ]
}
