import { expect, test } from 'bun:test'
import { openWorld, type World } from '../../platform'
import { registerAndLogIn } from '../people'
import { declaration, declaring, nextDeclaration, patchMe } from './declarations'

const tagOf = ({ headers }: { headers: Headers }) => headers.get('etag') ?? ''

const open = async (): Promise<{ world: World; token: string; tag: string }> => {
  const world = declaring(await openWorld(), declaration)
  const { accessToken: token } = await registerAndLogIn(world)
  return { world, token, tag: tagOf(await world.send('GET /v1/me', { token })) }
}

test('an account has a strong tag, the same until it changes', async () => {
  const { world, token, tag } = await open()
  expect(tag).toMatch(/^"\d+-[0-9a-f]{8}"$/)
  expect(tagOf(await world.send('GET /v1/me', { token }))).toBe(tag)
  const tags = [tag]
  for (const changes of [{ name: 'A' }, { attributes: { shoeSize: 36 } }, { visibility: { bio: 'everyone' } }]) {
    const changed = await patchMe(world, token, changes)
    expect(tagOf(await world.send('GET /v1/me', { token }))).toBe(tagOf(changed))
    tags.push(tagOf(changed))
  }
  // The clock stands still, so nothing but the tag could tell.
  tags.push(tagOf(await patchMe(world, token, { name: 'A' })))
  expect(new Set(tags).size).toBe(5)
})

test('a new declaration shows something else of the same row, and so has another tag', async () => {
  const { world, token } = await open()
  const tag = tagOf(await patchMe(world, token, { attributes: { company: 'Engines' } }))
  const next = declaring(world, nextDeclaration)
  const other = await next.send('GET /v1/me', { token, headers: { 'if-none-match': tag } })
  expect(other.status).toBe(200)
  expect(tagOf(other)).not.toBe(tag)
})

test('who knows the account as it is gets no body', async () => {
  const { world, token, tag } = await open()
  for (const known of [tag, `W/${tag}`, `"other", ${tag}`, `,"x" ,\t${tag}`, '*']) {
    const answer = await world.send('GET /v1/me', { token, headers: { 'if-none-match': known } })
    expect(answer).toMatchObject({ status: 304, text: '' })
    expect(tagOf(answer)).toBe(tag)
    expect(answer.headers.get('content-type')).toBeNull()
    expect(answer.headers.get('cache-control')).toBe('no-store')
  }
  for (const known of ['"other"', tag.slice(1, -1), `"${tag}"`, '']) {
    expect((await world.send('GET /v1/me', { token, headers: { 'if-none-match': known } })).status).toBe(200)
  }
})

test('a change is made to the version that is named, and to no other', async () => {
  const { world, token, tag } = await open()
  const first = await patchMe(world, token, { name: 'First' }, { 'if-match': `"other", ${tag}` })
  expect(first).toMatchObject({ status: 200, body: { name: 'First' } })
  for (const [changes, stale] of [
    [{ name: 'Second' }, tag],
    [{ attributes: { company: 'Second' } }, tag],
    [{}, tag],
    [{ name: 'Second' }, `W/${tagOf(first)}`],
    [{ name: 'Second' }, '"none-of-ours"'],
    [{ name: 'Second' }, '""'],
  ] as const) {
    expect(await patchMe(world, token, changes, { 'if-match': stale })).toMatchObject({
      status: 412,
      body: { code: 'precondition_failed' },
    })
  }
  expect((await world.send('GET /v1/me', { token })).body).toEqual(first.body)
  expect((await patchMe(world, token, {}, { 'if-match': tagOf(first) })).status).toBe(200)
  expect((await patchMe(world, token, { name: 'Third' }, { 'if-match': '*' })).status).toBe(200)
})

test('the precondition holds for who still has attributes of an older form', async () => {
  const { world, token } = await open()
  const tag = tagOf(await patchMe(world, token, { attributes: { company: 'Engines' } }))
  await patchMe(world, token, { name: 'Other' })
  const next = declaring(world, nextDeclaration)
  const attributes = { employer: 'Looms' }
  expect((await patchMe(next, token, { attributes }, { 'if-match': tag })).status).toBe(412)
  const current = tagOf(await next.send('GET /v1/me', { token }))
  expect((await patchMe(next, token, { attributes }, { 'if-match': current })).status).toBe(200)
})

test('what is no list of tags is refused before anything changes', async () => {
  const { world, token, tag } = await open()
  const inner = tag.slice(1, -1)
  for (const header of [inner, `"${inner}`, `${tag} ${tag}`, `*, ${tag}`, `w/${tag}`, `${tag},x`, ',', '', '"a"b"']) {
    const answer = await patchMe(world, token, { name: 'Slipped in' }, { 'if-match': header })
    expect(answer).toMatchObject({ status: 400, body: { code: 'malformed_request' } })
  }
  expect(tagOf(await world.send('GET /v1/me', { token }))).toBe(tag)
})

test('a session that has ended is told so, whatever the precondition', async () => {
  const { world, token } = await open()
  await world.send('POST /v1/auth/logout', { token })
  for (const header of ['*', '"1-00000000"']) {
    expect(await patchMe(world, token, { name: 'Late' }, { 'if-match': header })).toMatchObject({
      status: 401,
      body: { code: 'session_revoked' },
    })
  }
  expect((await world.send('GET /v1/me', { token, headers: { 'if-none-match': '*' } })).status).toBe(401)
})
