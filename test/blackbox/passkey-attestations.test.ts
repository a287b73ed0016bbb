import { afterAll, expect, test } from 'bun:test'
import { given } from '../given'
import { expectProblem } from '../support/expect-problem'
import { askToRegister, listPasskeys, logInByPasskey, register, tokensIn } from '../support/passkey-ceremonies'
import { makeKey } from '../support/passkey-keys'
import { certifyingStatements, selfSigned } from '../support/passkey-statements'
import { newPasskey, type Said } from '../support/passkeys'
import { target } from '../target'

const server = await target()

/** Where certificates say that something is to be found: the paths that somebody asked for. */
const fetched: string[] = []
const elsewhere = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  fetch: ({ url }) => {
    fetched.push(new URL(url).pathname)
    return new Response('Secret')
  },
})
afterAll(() => elsewhere.stop(true))

const attest = async (lies: Partial<Said>) => {
  const person = await given.person(server)
  const authenticator = await newPasskey({ origin: server.baseUrl })
  const response = await authenticator.attest(await askToRegister(server, person), lies)
  return { reply: await register(server, person, { response }), listed: await listPasskeys(server, person) }
}

const expectRefused = async (lies: Partial<Said>) => {
  const { reply, listed } = await attest(lies)
  expectProblem(reply, 400, 'invalid_passkey')
  expect(listed).toEqual([])
}

test.each(Object.entries(certifyingStatements))(
  'an attestation that brings certificates is refused, however right it is, and what they name is not fetched: %s',
  async (format, certify) => {
    const path = `/${format}`
    await expectRefused({ format, statement: (attested) => certify(attested, new URL(path, elsewhere.url).href) })
    expect(fetched).not.toContain(path)
  },
)

test.each(['apple', 'android-safetynet', 'compound', 'none'])(
  'certificates are refused under any other name, and what they name is not fetched: %s',
  async (format) => {
    const path = `/${format}`
    const certify = certifyingStatements['android-key']
    await expectRefused({ format, statement: (attested) => certify(attested, new URL(path, elsewhere.url).href) })
    expect(fetched).not.toContain(path)
  },
)

test.each(['ES256', 'EdDSA', 'RS256'] as const)('a passkey of %s may vouch for itself', async (algorithm) => {
  const other = await given.person(server)
  const lies = { format: 'packed', statement: selfSigned }
  const authenticator = await newPasskey({ origin: server.baseUrl, algorithm })
  const response = await authenticator.attest(await askToRegister(server, other), lies)
  expect((await register(server, other, { response })).status).toBe(201)
  expect(tokensIn(await logInByPasskey(server, { authenticator })).user.id).toBe(other.user.id)
})

test('nobody else may vouch for it, and it for nothing else', async () => {
  const key = await makeKey('ES256')
  const statements: Said['statement'][] = [
    (attested) => selfSigned({ ...attested, key }),
    (attested) => selfSigned({ ...attested, clientDataHash: new Uint8Array(32) }),
    async (attested) => ({ ...(await selfSigned(attested)), sig: new Uint8Array(70) }),
  ]
  for (const statement of statements) await expectRefused({ format: 'packed', statement })
})
