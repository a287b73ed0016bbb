import { expect, test } from 'bun:test'
import { DataExport } from '#features/data-rights/contract'
import { verifyPersonalParts } from '../audit/verified'
import { openProvedWorld, registerProved } from '../authenticators/second-factors'
import { ada, grace } from '../people'
import { dumpDatabase, plantCanaries, plantJobs } from './canaries'
import { closeAccount, eraseDue, unpack } from './rights'

const occurrences = (text: string, part: string) => text.split(`${part}"`).length - 1

/** Ada and Grace, each with a text of her own in every column, job and blob. */
const openCanaryWorld = async () => {
  const { world, session } = await openProvedWorld({ RATE_LIMITS: 'on' })
  const other = await registerProved(world, grace)
  const plant = async (id: string, email: string, flock: string) => {
    const canaries = await plantCanaries(world, { id, email }, flock)
    const jobs = await plantJobs(world, { id, email }, flock)
    for (const kind of ['avatar', 'upload', 'export']) {
      const key = `${kind}s/${id}/512.webp`
      world.blobs.files.set(key, { bytes: new TextEncoder().encode(`${flock}-${kind}"`), contentType: 'image/webp' })
      await world.db.run(
        'insert into blob (key, user_id, kind, created_at) values ($1, $2, $3, $4)',
        [key, id, kind, world.clock.now()],
        'objects',
      )
    }
    return { canaries, jobs }
  }
  const hers = await plant(session.user.id, ada.email, 'canary')
  const others = await plant(other.user.id, grace.email, 'nightingale')
  // Their account is marked as of now by no ban and no closing, which the canaries’ times would be.
  await world.db.run('update "user" set banned_at = null, closed_at = null', [], 'objects')
  // The app that came with them counts as a second factor.
  await world.db.run("update session set acr = 'aal2' where acr = 'aal1'", [], 'objects')
  await world.db.run('delete from erasure', [], 'objects')
  return { world, session, other, hers, others }
}

test('an export holds every text of its account once, no secret, and none of another account', async () => {
  const { world, session, hers } = await openCanaryWorld()
  expect(hers.canaries.length).toBeGreaterThan(60)
  const { id } = DataExport.parse((await world.send('POST /v1/me/export', { token: session.accessToken })).body)
  await world.settle()
  // No mail tells of it: mail to the address came back, as one of the planted rows says.
  const files = unpack(world.blobs.files.get(`exports/${id}.zip`)?.bytes ?? new Uint8Array())
  const whole = Object.values(files).join('\n')
  const found = hers.canaries.map(({ text }) => ({ text, times: occurrences(whole, text) }))
  expect(found).toEqual(hers.canaries.map(({ text, isTold }) => ({ text, times: isTold ? 1 : 0 })))
  for (const text of hers.jobs) expect({ text, times: occurrences(whole, text) }).toEqual({ text, times: 1 })
  for (const kind of ['avatar', 'upload']) expect(occurrences(whole, `canary-${kind}`)).toBe(1)
  expect(occurrences(whole, 'canary-export')).toBe(0)
  expect(whole).not.toContain('nightingale')
  expect(whole).not.toContain(grace.email)
})

test('after its erasure nothing of an account is in any store, all of another one is, and the audit verifies', async () => {
  const { world, session, hers, others } = await openCanaryWorld()
  const before = await dumpDatabase(world)
  for (const { text } of hers.canaries)
    expect({ text, isThere: before.includes(text) }).toEqual({ text, isThere: true })
  await closeAccount(world, session.accessToken)
  await eraseDue(world)
  const dump = await dumpDatabase(world)
  for (const trace of ['canary', ada.email, ada.name, ada.password]) {
    expect({ trace, lines: dump.split('\n').filter((line) => line.includes(trace)) }).toEqual({ trace, lines: [] })
  }
  const kept = [...others.canaries.map(({ text }) => text), ...others.jobs, grace.email]
  for (const text of kept) expect({ text, isThere: dump.includes(text) }).toEqual({ text, isThere: true })
  expect([...world.blobs.files.keys()].filter((key) => key.includes(session.user.id))).toEqual([])
  expect(world.blobs.files.size).toBe(3)
  const logs = JSON.stringify(world.logs)
  for (const trace of ['canary', ada.email, ada.name]) expect(logs).not.toContain(trace)
  const { broken } = await verifyPersonalParts(world)
  // What was planted into Grace’s event breaks hers: nothing else is broken.
  expect(broken.length).toBe(1)
})
