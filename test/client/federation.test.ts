import { expect, test } from 'bun:test'
import { beginFederatedLogIn, readFederatedReturn } from '../../src/client/federated-log-in'

const createStorage = () => {
  const kept = new Map<string, string>()
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  }
}

const page = 'https://app.example.com/signed-in'

const begin = async (baseUrl = 'https://id.example.com/') => {
  const storage = createStorage()
  const address = await beginFederatedLogIn({ baseUrl, provider: 'acme', redirectTo: `${page}?a=b&c=d`, storage })
  return { storage, address }
}

test('the address has the challenge of a secret that stays here, a new one each time', async () => {
  const { storage, address } = await begin()
  const { origin, pathname, searchParams } = new URL(address)
  expect(origin + pathname).toBe('https://id.example.com/v1/auth/oauth/acme/authorize')
  expect(searchParams.get('redirectTo')).toBe(`${page}?a=b&c=d`)
  const [verifier = ''] = storage.kept.values()
  expect(verifier).toMatch(/^[\w-]{43}$/)
  const challenge = new Bun.CryptoHasher('sha256').update(verifier).digest('base64url')
  expect(searchParams.get('codeChallenge')).toBe(challenge)
  expect(address).not.toContain(verifier)
  expect([...(await begin()).storage.kept.values()]).not.toEqual([verifier])
})

test('a page of the server itself gives no address of it', async () => {
  expect((await begin('')).address).toStartWith('/v1/auth/oauth/acme/authorize?')
})

test('what it came back with is read once, with the secret', async () => {
  const { storage } = await begin()
  const [codeVerifier = ''] = storage.kept.values()
  expect(readFederatedReturn(page, storage)).toBeUndefined()
  expect(readFederatedReturn(`${page}?code=one`, storage)).toEqual({ code: 'one', codeVerifier })
  expect(readFederatedReturn(`${page}?code=one`, storage)).toBeUndefined()
})

test('an error is read once too', async () => {
  const { storage } = await begin()
  expect(readFederatedReturn(`${page}?error=access_denied`, storage)).toEqual({ error: 'access_denied' })
  expect(readFederatedReturn(`${page}?code=late`, storage)).toBeUndefined()
})

test('a code that somebody else’s link brings is not taken, nor does it end what is under way elsewhere', () => {
  expect(readFederatedReturn(`${page}?code=of-an-attacker`, createStorage())).toBeUndefined()
})
