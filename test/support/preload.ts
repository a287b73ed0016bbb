import { afterAll, expect } from 'bun:test'
import { runningTargets, stopTargets } from '../target'
import { findUndeclaredAnswers } from './declared'
import { removeTemporaryFolders } from './folders'
import { listOperations } from './operations'
import { findLeaks } from './secrets'

/** Ends what the suites started, and holds everything that the servers answered and printed to two promises. */
afterAll(async () => {
  const servers = await runningTargets()
  const [server] = servers
  const undeclared = server ? findUndeclaredAnswers(await listOperations(server)) : []
  await stopTargets()
  removeTemporaryFolders()
  for (const { baseUrl, output } of servers) expect(findLeaks(output()), `secrets in the log of ${baseUrl}`).toEqual([])
  expect(undeclared, 'answers that the OpenAPI document leaves out').toEqual([])
}, 60_000)
