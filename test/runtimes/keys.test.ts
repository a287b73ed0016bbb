import { expect, test } from 'bun:test'
import * as z from 'zod'
import { expectRevokedWithin } from './leaked-key'
import { openCommands } from './operators-commands'
import { secret, startServer } from './server-process'

const lagSeconds = 2
const commands = openCommands()
const { settings, jsonOf, postern, sql } = commands
settings.KEY_REVOCATION_SECONDS = String(lagSeconds)

test('revoke-all is seen by every process within the lag, by ordinary routes, privileged ones and refreshes', async () => {
  await using one = await startServer(settings)
  await using other = await startServer(settings)
  await expectRevokedWithin(lagSeconds, [one.url, other.url], commands)
}, 60_000)

test('of emergencies at the same moment one key remains that signs, and nobody is told of an error', async () => {
  const words = ['keys', 'revoke-all', '--yes', '--reason', 'twice']
  const results = await Promise.all([1, 2, 3].map(() => postern(...words)))
  expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0])
  expect((await sql`select 1 from signing_key where revoked_at is null`).count).toBe(1)
}, 60_000)

test('a rotation is told step by step, and running processes publish the new key within the lag', async () => {
  await using server = await startServer(settings)
  const published = async () => JSON.stringify(await (await fetch(`${server.url}/.well-known/jwks.json`)).json())
  await published()
  const Rotation = z.object({
    keyId: z.string(),
    signsFrom: z.coerce.date(),
    replaced: z.object({ leavesAt: z.coerce.date() }),
  })
  const staged = Rotation.parse(await jsonOf('keys', 'rotate'))
  expect(staged.replaced.leavesAt.getTime() - staged.signsFrom.getTime()).toBe(1_200_000)
  await Bun.sleep(lagSeconds * 1000)
  expect(await published()).toContain(staged.keyId)
  const again = await postern('keys', 'rotate')
  expect(again.output).toContain(`staged already: ${staged.keyId}`)
  expect(again.output).toContain(staged.replaced.leavesAt.toISOString())
}, 60_000)

test('SECRET is rotated by what the commands say: reseal, status, and nothing is lost', async () => {
  const newer = 'another secret of tests that protects nothing'
  const rotated = { SECRET: `${newer},${secret}` }
  Object.assign(settings, rotated)
  const Status = z.object({
    secretVersions: z.array(
      z.object({ state: z.string(), seals: z.record(z.string(), z.number()), removableAfter: z.string().nullable() }),
    ),
  })
  const states = async () => Status.parse(await jsonOf('keys', 'status')).secretVersions
  const [, before] = await states()
  expect(before).toMatchObject({ state: 'older', removableAfter: null })
  expect(before?.seals.signing_key).toBeGreaterThan(0)
  expect(await jsonOf('keys', 'reseal')).toMatchObject({ lost: 0 })
  const [newest, older] = await states()
  expect(newest?.seals.signing_key).toBe(before?.seals.signing_key)
  expect(older).toMatchObject({ state: 'older', seals: {}, removableAfter: expect.any(String) })
  const { output } = await postern('keys', 'status')
  expect(output).toContain('It may be taken out after')
  expect(output).not.toContain(newer)
  settings.SECRET = 'a third secret of tests that has sealed nothing'
  const lost = await postern('keys', 'reseal')
  expect({ exitCode: lost.exitCode, output: lost.output }).toEqual({ exitCode: 1, output: '' })
  expect(lost.errors).toContain('configured no more')
  settings.SECRET = secret
}, 60_000)

test('an emergency wants a reason, and says what is to be deployed next', async () => {
  expect(await postern('keys', 'revoke-all', '--reason', 'x')).toMatchObject({ exitCode: 2, output: '' })
  expect(await postern('keys', 'revoke-all', '--yes')).toMatchObject({
    exitCode: 2,
    errors: expect.stringContaining('--reason'),
  })
  settings.SECRET = `another secret of tests that protects nothing,${secret}`
  const { output, exitCode } = await postern('keys', 'revoke-all', '--yes', '--reason', 'SECRET was in a log')
  expect(exitCode).toBe(0)
  expect(output).toContain('within 2 s')
  expect(output).toContain('postern keys reseal')
}, 60_000)
