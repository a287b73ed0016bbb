import { createPasskey, isProblem } from 'postern/client'
import { alarm, announce, element, fillList, onClick, onSubmit, section, typed } from '../elements'
import { askingAgain, onPrivilegedClick } from './asking-again'
import { finishWithCode, finishWithPasskey, logIn, logInWithPasskey, postern } from './session'

let challengeToken = ''
let autofill = new AbortController()

const show = (name: 'outside' | 'second' | 'inside') => {
  for (const id of ['outside', 'second', 'inside']) section(id).hidden = id !== name
  autofill.abort()
  if (name === 'outside') void offerPasskeys().catch(alarm)
}

/** Offers passkeys in the autofill of the address field, where the browser can. */
const offerPasskeys = async () => {
  autofill = new AbortController()
  const { signal } = autofill
  // Whoever logs in meanwhile needs no offer, which would be in the way of the next ceremony.
  if (!(await PublicKeyCredential.isConditionalMediationAvailable?.()) || signal.aborted) return
  await logInWithPasskey(signal)
  await showAccount('You are logged in with a passkey.')
}

const showAccount = async (news: string) => {
  const [user, sessions, mfa, passkeys] = await Promise.all([
    postern.me.$get().then((answer) => answer.json()),
    postern.sessions.$get({ query: {} }).then((answer) => answer.json()),
    postern.me.mfa.$get().then((answer) => answer.json()),
    postern.me.passkeys.$get().then((answer) => answer.json()),
  ])
  const session = sessions.items.find(({ current }) => current)
  section('email').textContent = user.email
  section('acr').textContent = session?.acr ?? ''
  section('amr').textContent = session?.amr.join(', ') ?? ''
  section('codes-left').textContent = String(user.recoveryCodesLeft ?? 'None')
  fillList(
    'passkeys',
    passkeys.items.map(({ id, name, isBackedUp, lastUsedAt }) => ({
      id,
      name,
      detail: `${isBackedUp ? 'synced' : 'on one device'}, ${lastUsedAt ? 'used' : 'not used yet'}`,
    })),
    (id) => askingAgain(() => removePasskey(id)),
  )
  fillList(
    'apps',
    mfa.totp.map(({ id, name, lastUsedAt }) => ({ id, name, detail: lastUsedAt ? 'used' : 'not used yet' })),
    (id) => askingAgain(() => removeApp(id)),
  )
  show('inside')
  announce(news)
}

const removePasskey = async (id: string) => {
  await postern.me.passkeys[':id'].$delete({ param: { id } })
  await showAccount('The passkey is removed.')
}

const removeApp = async (id: string) => {
  await postern.me.mfa.totp[':id'].$delete({ param: { id } })
  await showAccount('The app is removed.')
}

const showCodes = (codes: string[] | null) => {
  section('codes').hidden = codes === null
  if (codes === null) return
  const text = codes.join('\n')
  const [list, link] = [section('codes').querySelector('pre'), section('codes').querySelector('a')]
  if (list) list.textContent = text
  if (link) link.href = `data:text/plain;charset=utf-8,${encodeURIComponent(`${text}\n`)}`
}

onSubmit('register', async (form) => {
  const answer = await postern.auth.register.$post({
    json: { email: typed(form, 'email'), password: typed(form, 'password') },
  })
  announce((await answer.json()).activation.message)
})

onSubmit('log-in', async (form) => {
  autofill.abort()
  const step = await logIn(typed(form, 'email'), typed(form, 'password'))
  form.reset()
  if (step.kind === 'in') return showAccount('You are logged in.')
  challengeToken = step.token
  section('second-with-passkey').hidden = !step.mayUsePasskey
  show('second')
})

onClick('log-in-with-passkey', async () => {
  autofill.abort()
  await logInWithPasskey()
  await showAccount('You are logged in with a passkey.')
})

onSubmit('code-form', async (form) => {
  await finishWithCode(challengeToken, typed(form, 'code'), typed(form, 'trust') === 'on')
  form.reset()
  await showAccount('You are logged in with two factors.')
})
onClick('second-with-passkey', async () => {
  await finishWithPasskey(challengeToken)
  await showAccount('You are logged in with two factors.')
})
onClick('give-up', async () => show('outside'))

onSubmit('add-passkey', (form) =>
  askingAgain(async () => {
    const response = await createPasskey(await (await postern.me.passkeys.options.$post()).json())
    const answer = await postern.me.passkeys.$post({ json: { name: typed(form, 'name'), response } })
    showCodes((await answer.json()).recoveryCodes)
    await showAccount('The passkey is added.')
  }),
)

onPrivilegedClick('set-up-app', async () => {
  const { secret, qrSvg } = await (await postern.me.mfa.totp.$post({ json: {} })).json()
  section('qr').innerHTML = qrSvg
  section('secret').textContent = secret
  section('confirm-app').hidden = false
})
onSubmit('confirm-app', async (form) => {
  const answer = await postern.me.mfa.totp.confirm.$post({ json: { code: typed(form, 'code') } })
  showCodes((await answer.json()).recoveryCodes)
  element('confirm-app', HTMLFormElement).reset()
  section('confirm-app').hidden = true
  await showAccount('The app is set up.')
})

onPrivilegedClick('new-codes', async () => {
  showCodes((await (await postern.me.mfa['recovery-codes'].$post()).json()).recoveryCodes)
  await showAccount('The codes from before work no more.')
})

onClick('log-out', async () => {
  await postern.auth.logout.$post()
  showCodes(null)
  show('outside')
  announce('You are logged out.')
})

await showAccount('Welcome back.').catch((error: unknown) => {
  if (!isProblem(error, 'unauthenticated', 'session_revoked', 'invalid_refresh_token')) alarm(error)
  show('outside')
})
