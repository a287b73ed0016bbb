import { expect, test } from 'bun:test'
import { addNeedle } from './needles'
import {
  findLeaks,
  noteCode,
  noteEmail,
  noteNetworkAddress,
  noteSecret,
  noteSecretSettings,
  noteSecretsIn,
} from './secrets'

/** Different in each run, so that nothing that others print is taken for it. */
const fresh = () => `s-${crypto.randomUUID()}`

test('a secret is found as it is, in JSON, in a URL, and by its hash; what is told is its name and the line', () => {
  const secret = `a "secret" ${fresh()} é`
  noteSecret(secret, 'the one of this test')
  const found = ['the one of this test, line 2']
  for (const spelling of [secret, JSON.stringify(secret), encodeURIComponent(secret)]) {
    expect(findLeaks(`first\n{"x":${spelling}}`)).toEqual(found)
  }
  const hash = new Bun.CryptoHasher('sha256').update(secret).digest('hex')
  expect(findLeaks(hash)).toEqual(['the hash of the one of this test, line 1'])
  expect(findLeaks(secret.slice(0, -1))).toEqual([])
})

test('codes and network addresses count where they stand by themselves', () => {
  const code = String(900_000 + Math.floor(Math.random() * 99_999))
  noteCode(code)
  noteNetworkAddress('203.0.113.249')
  for (const text of [`0.${code}`, `1${code}`, `${code}9`, `a${code}`, '1203.0.113.249', '203.0.113.2499']) {
    expect(findLeaks(text), text).toEqual([])
  }
  expect(findLeaks(`code "${code}"`)).toEqual(['a code, line 1'])
  expect(findLeaks('from 203.0.113.249,')).toEqual(['a network address, line 1'])
})

test('what bodies and settings hold is noted by its name', () => {
  const [token, password, email, mailed] = [fresh(), fresh(), `${fresh()}@example.com`, fresh()]
  const text = `Open https://id.example.com/verify-email#token=${mailed}`
  noteSecretsIn({ user: { email }, tokens: [{ accessToken: token }], items: [{ text }] })
  noteSecretSettings({ OAUTH_ACME_CLIENT_SECRET: password, PORT: '3000' })
  for (const secret of [token, password, email, mailed]) expect(findLeaks(`x${secret}y`)).toHaveLength(1)
})

test('many secrets are looked for in a long text at once', () => {
  for (let count = 0; count < 20_000; count += 1) addNeedle({ text: fresh(), name: 'one of many', isAlone: false })
  noteEmail('last@of-them.example')
  const text = `${Array.from({ length: 100_000 }, () => '{"level":30,"msg":"request","route":"/v1/me","requestId":"01a2"}').join('\n')}last@of-them.example`
  const startedAt = performance.now()
  expect(findLeaks(text)).toEqual(['an address of mail, line 100000'])
  expect(performance.now() - startedAt).toBeLessThan(5000)
})
