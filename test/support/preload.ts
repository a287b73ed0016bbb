import { afterAll, expect } from 'bun:test'
import { runningTargets, stopTargets } from '../target'
import { capture, findCapturedLeaks } from './captured'
import { findUndeclaredAnswers } from './declared'
import { removeTemporaryFolders } from './folders'
import { listOperations } from './operations'
import { captureRecorded } from './recorded'

/** Ends what the suites started, and holds everything that the servers answered and printed to two promises. */
afterAll(async () => {
  // One that runs, to ask for its document: where many files run, the one that they share does.
  const [server] = await runningTargets()
  const undeclared = server ? findUndeclaredAnswers(await listOperations(server)) : []
  if (server) {
    const { status, text } = await server.send('GET /metrics', { isAsset: true })
    if (status === 200) capture(`the metrics of ${server.baseUrl}`, () => text)
  }
  await stopTargets()
  await captureRecorded()
  removeTemporaryFolders()
  expect(findCapturedLeaks(), 'secrets where none may be').toEqual([])
  expect(undeclared, 'answers that the OpenAPI document leaves out').toEqual([])
}, 60_000)
