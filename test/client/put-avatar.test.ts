import { expect, test } from 'bun:test'
import { createClient, createMemoryStorage, putAvatar } from '../../src/client'

test('a picture is sent as it is, with its type and the session of the client', async () => {
  const requests: Request[] = []
  const tokens = createMemoryStorage()
  const later = new Date(Date.now() + 900_000).toISOString()
  await tokens.set({ accessToken: 'a.b.c', refreshToken: 'prt_x', refreshAt: later, expiresAt: later })
  const client = createClient('https://id.example.com', {
    tokens,
    fetch: async (url, init) => {
      requests.push(new Request(url, init))
      return Response.json({ picture: 'https://id.example.com/v1/avatars/x/256.webp' })
    },
  })
  const image = new Blob(['an image'], { type: 'image/png' })
  const { picture } = await putAvatar(client, image)
  expect(picture).toBe('https://id.example.com/v1/avatars/x/256.webp')
  const [sent] = requests
  expect(`${sent?.method} ${sent?.url}`).toBe('PUT https://id.example.com/v1/me/avatar')
  expect(sent?.headers.get('content-type')).toBe('image/png')
  expect(sent?.headers.get('authorization')).toBe('Bearer a.b.c')
  expect(await sent?.text()).toBe('an image')
})
