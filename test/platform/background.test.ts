import { expect, test } from 'bun:test'
import type { LogEvent } from '#core/log-events'
import { createBackground } from '#platform/background'

const openBackground = () => {
  const logs: LogEvent[] = []
  return { logs, ...createBackground((event) => logs.push(event)) }
}

test('it has settled when all its work has, also the work that came up meanwhile', async () => {
  const { run, settled } = openBackground()
  const done: string[] = []
  const work = async (name: string, next?: () => void) => {
    await Bun.sleep(1)
    done.push(name)
    next?.()
  }
  run(work('first', () => run(work('second', () => run(work('third'))))))
  await settled()
  expect(done).toEqual(['first', 'second', 'third'])
})

test('work that fails is logged and stops nothing', async () => {
  const { run, settled, logs } = openBackground()
  run(Promise.reject(new Error('no luck')))
  run(Promise.resolve('fine'))
  await settled()
  expect(logs).toEqual([
    {
      level: 'error',
      message: 'background work failed',
      cause: expect.objectContaining({ type: 'Error', message: 'no luck' }),
    },
  ])
})

test('a failure that is no error is logged without its value', async () => {
  const { run, settled, logs } = openBackground()
  run(Promise.reject('a secret'))
  await settled()
  expect(logs).toHaveLength(1)
  expect(JSON.stringify(logs)).not.toContain('a secret')
})
