import { expect, test } from 'bun:test'
import { openWorld } from '../../platform'
import { countLinked, exchangeIn, goToProvider, refusalsOf, settingsFor } from './federated-world'
import { clientId, clientSecret, createStandIn, type ProviderCall } from './stand-in-issuer'

const login = 'https://github.com/login/oauth'
const api = 'https://api.github.com'
const token = 'gho_a_token_of_github'

const noreply = { email: '42+ada@users.noreply.github.com', primary: false, verified: true, visibility: null }
const work = { email: 'ada@work.example', primary: false, verified: true, visibility: null }
const own = { email: 'Ada@Example.com', primary: true, verified: true, visibility: 'private' }

/** GitHub says all of it with 200, and in JSON only to whoever asks for JSON. */
const sayAsGithub = ({ headers }: ProviderCall, answer: Record<string, string>): Response =>
  headers.get('accept')?.includes('application/json')
    ? Response.json(answer)
    : new Response(String(new URLSearchParams(answer)), {
        headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
      })

/** Its API answers programs that say what they are, and have a token. */
const askApi = ({ headers }: ProviderCall, answer: unknown): Response =>
  headers.get('user-agent') && headers.get('authorization') === `Bearer ${token}`
    ? Response.json(answer)
    : Response.json({ message: 'Forbidden' }, { status: 403 })

/** A world with the real addresses of GitHub, and a stand-in at each that has its quirks. */
const openGithubWorld = async (emails: object[] = [noreply, work, own], person: object = {}) => {
  const github = createStandIn({
    [`${login}/access_token`]: (call) =>
      sayAsGithub(
        call,
        call.form.get('code') === 'good'
          ? { access_token: token, scope: 'read:user,user:email', token_type: 'bearer' }
          : {
              error: 'bad_verification_code',
              error_description: 'The code passed is incorrect or expired.',
              error_uri: 'https://docs.github.com/',
            },
      ),
    [`${api}/user`]: (call) =>
      askApi(call, { id: 42, login: 'ada', name: 'Ada Lovelace', email: 'public@elsewhere.example', ...person }),
    [`${api}/user/emails`]: (call) => askApi(call, emails),
  })
  const world = (await openWorld(settingsFor(['github']))).startAnother({}, { providers: github.providers })
  return { world, github }
}

const logIn = async (opened: Awaited<ReturnType<typeof openGithubWorld>>) => {
  const flow = await goToProvider(opened.world, 'github')
  return exchangeIn(opened.world, (await flow.comeBack({ code: 'good' })).returned())
}

test('GitHub is asked with PKCE and state, and for a token by POST with the secret in the body', async () => {
  const opened = await openGithubWorld()
  const { request } = await goToProvider(opened.world, 'github')
  expect(request.origin + request.pathname).toBe(`${login}/authorize`)
  expect(Object.fromEntries(request.searchParams)).toEqual({
    client_id: clientId,
    redirect_uri: 'https://id.example.com/v1/auth/oauth/github/callback',
    response_type: 'code',
    scope: 'read:user user:email',
    state: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge_method: 'S256',
  })
  await logIn(opened)
  const [asked] = opened.github.calls
  expect(Object.fromEntries(asked?.form ?? [])).toMatchObject({
    client_id: clientId,
    client_secret: clientSecret,
    code: 'good',
    grant_type: 'authorization_code',
    code_verifier: expect.stringMatching(/^[\w-]{43}$/),
  })
})

test('the account is the id, the address the primary one, neither the public nor the first', async () => {
  const opened = await openGithubWorld()
  expect(await logIn(opened)).toMatchObject({
    status: 200,
    body: { user: { email: 'ada@example.com', emailVerified: true, name: 'Ada Lovelace' } },
  })
  const identities = await opened.world.db.run('select provider, issuer, subject, email from identity', [], 'arrays')
  expect(identities).toEqual([['github', login, '42', 'ada@example.com']])
})

test('who renames themself, and takes another address, stays who they are', async () => {
  const opened = await openGithubWorld()
  const first = await logIn(opened)
  opened.github.answers[`${api}/user`] = (call) => askApi(call, { id: 42, login: 'lovelace', name: null })
  opened.github.answers[`${api}/user/emails`] = (call) => askApi(call, [{ ...own, email: 'new@example.com' }])
  const second = await logIn(opened)
  expect(second).toMatchObject({ status: 200, body: { user: Object(first.body).user } })
  expect(await countLinked(opened.world)).toEqual({ users: 1, identities: 1 })
})

const unproved: [string, object[]][] = [
  ['is not verified', [work, { ...own, verified: false }]],
  ['is none', [work, noreply]],
  ['is none, of an empty list', []],
]

test.each(unproved)('who has a primary address that %s gets no account', async (_, emails) => {
  const opened = await openGithubWorld(emails)
  const answer = await logIn(opened)
  expect(answer).toMatchObject({ status: 403, body: { code: 'identity_unproved' } })
  expect(await refusalsOf(opened.world)).toEqual([{ provider: 'github', reason: 'unproved' }])
  expect(await countLinked(opened.world)).toEqual({ users: 0, identities: 0 })
})

test('an error with 200 is an error, and is recorded as such', async () => {
  const { world, github } = await openGithubWorld()
  const flow = await goToProvider(world, 'github')
  expect((await flow.comeBack({ code: 'stale' })).error).toBe('provider_failed')
  const [{ reason = '' } = {}] = (await refusalsOf(world)) as { reason?: string }[]
  expect(reason).toMatch(/^[a-z_]+$/)
  expect(reason).not.toBe('unavailable')
  expect(github.calls).toHaveLength(1)
})

const oddities: [string, Parameters<typeof createStandIn>[0]][] = [
  [
    'answers with a page',
    { [`${login}/access_token`]: () => new Response('<html>', { headers: { 'content-type': 'text/html' } }) },
  ],
  ['refuses the API', { [`${api}/user`]: () => Response.json({ message: 'Bad credentials' }, { status: 401 }) }],
  ['hides the addresses', { [`${api}/user/emails`]: () => Response.json({ message: 'Not Found' }, { status: 404 }) }],
  ['says the account with a text', { [`${api}/user`]: () => Response.json({ id: '42', login: 'ada' }) }],
]

test.each(oddities)('nothing is linked when GitHub %s', async (_, answers) => {
  const { world, github } = await openGithubWorld()
  Object.assign(github.answers, answers)
  const flow = await goToProvider(world, 'github')
  expect((await flow.comeBack({ code: 'good' })).error).toBe('provider_failed')
  expect(await countLinked(world)).toEqual({ users: 0, identities: 0 })
})
