import { beginFederatedLogIn, createClient, isProblem, readFederatedReturn } from 'postern/client'
import { alarm, announce, fillList, onClick, onSubmit, section, typed } from '../elements'

/** On a page of the server itself, so the tokens travel in cookies that no script can read. */
const postern = createClient('', { transport: 'cookie' })

let isLoggedIn = false
let challengeToken = ''

const showAccount = async (news: string) => {
  const [user, sessions, identities] = await Promise.all([
    postern.me.$get().then((answer) => answer.json()),
    postern.sessions.$get({ query: {} }).then((answer) => answer.json()),
    postern.me.identities.$get().then((answer) => answer.json()),
  ])
  const session = sessions.items.find(({ current }) => current)
  section('email').textContent = user.email
  section('acr').textContent = session?.acr ?? ''
  section('amr').textContent = session?.amr.join(', ') ?? ''
  fillList(
    'identities',
    identities.items.map(({ id, provider, email }) => ({ id, name: provider, detail: email ?? 'no address' })),
    async (id) => {
      await postern.me.identities[':id'].$delete({ param: { id } })
      await showAccount('It logs in no more.')
    },
  )
  isLoggedIn = true
  section('inside').hidden = false
  section('go-button').textContent = 'Link an account there'
  announce(news)
}

/** Where a log-in elsewhere ends: the code is exchanged for a session or, in one, for a link. */
const comeBack = async () => {
  const returned = readFederatedReturn(location.href)
  if (!returned) return
  history.replaceState(null, '', location.pathname)
  if ('error' in returned) return alarm(`The other provider said: ${returned.error}`)
  if (isLoggedIn) {
    await postern.me.identities.$post({ json: returned })
    return showAccount('The account there is linked.')
  }
  const answer = await (await postern.auth.oauth.exchange.$post({ json: returned })).json()
  if ('mfaRequired' in answer) {
    challengeToken = answer.challenge.token
    section('second-factor').hidden = false
    return announce('Your account has a second factor.')
  }
  await showAccount('You are logged in.')
}

onSubmit('go', async (form) => {
  const redirectTo = location.origin + location.pathname
  location.assign(await beginFederatedLogIn({ baseUrl: '', provider: typed(form, 'provider'), redirectTo }))
})

onSubmit('second-factor', async (form) => {
  await postern.auth.mfa.verify.$post({ json: { challengeToken, method: 'totp', code: typed(form, 'code') } })
  section('second-factor').hidden = true
  await showAccount('You are logged in.')
})

onClick('log-out', async () => {
  await postern.auth.logout.$post()
  location.reload()
})

await showAccount('Welcome back.').catch((error: unknown) => {
  if (!isProblem(error, 'unauthenticated', 'session_revoked', 'invalid_refresh_token')) alarm(error)
})
await comeBack().catch(alarm)
