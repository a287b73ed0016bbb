import { expect, test } from 'bun:test'
import { openWorld, type World } from '../../platform'
import { addProvedPerson, askForReset, later, never, scriptMailer, workOnce } from './scripted-mailer'

const outagesOf = (world: World) =>
  world.platform.outages.list().map(({ dependency, mode, count }) => [dependency, mode, count])

test('each try that a mail has to wait after is counted as done without mail; one that is refused for good is not', async () => {
  const world = await openWorld()
  await addProvedPerson(world)
  await askForReset(world)
  const instance = world.startAnother({}, scriptMailer(later, later, never))
  for (let count = 0; count < 3; count += 1) await workOnce(instance)
  expect(outagesOf(instance)).toEqual([['mail', 'queued', 2]])
})
