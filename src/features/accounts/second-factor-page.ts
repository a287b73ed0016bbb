import { html } from 'hono/html'
import { controlStyle, type Page } from '#http/page'
import { actionPageTexts } from './action-page-texts'

const texts = actionPageTexts.secondFactor

/** The fields have no names, so that no browser could ever put what is typed into an address. */
const body = html`<h1>${texts.title}</h1>
<p id="news" role="status" tabindex="-1"></p>
<p id="alarm" role="alert" tabindex="-1"></p>
<div id="app" hidden>
<p>${texts.scan}</p>
<div id="qr"></div>
<p>${texts.secret} <code id="secret"></code></p>
</div>
<form id="form" hidden>
<label for="code">${texts.label}</label>
<input id="code" autocomplete="one-time-code" required aria-describedby="alarm" autocapitalize="none" spellcheck="false">
<button>${texts.button}</button>
</form>
<p><button id="passkey" hidden>${texts.passkey}</button></p>
<noscript><p>${actionPageTexts.needsScript}</p></noscript>`

const style = `${controlStyle}
  #code { margin-bottom: .65rem }
  #qr svg { width: 14rem; height: 14rem; background: #fff }
`

/** The challenge stays in the address until the log-in is finished, so that a reload can go on. */
const script = `
const [news, alarm, app, qr, secret, form, field, passkey] =
  ['news', 'alarm', 'app', 'qr', 'secret', 'form', 'code', 'passkey'].map((id) => document.getElementById(id))
const asked = new URLSearchParams(location.hash.slice(1))
const challengeToken = asked.get('token')
const methods = (asked.get('methods') ?? '').split(' ')
let isBusy = false

const tell = (line, text) => {
  news.textContent = alarm.textContent = ''
  line.textContent = text
  line.focus()
}
const finish = (line, text) => {
  for (const part of [app, form, passkey]) part.remove()
  tell(line, text)
}
const post = async (path, json) => {
  const response = await fetch('/v1/auth/' + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ challengeToken, ...json }),
    signal: AbortSignal.timeout(30000),
  })
  const answer = await response.json().catch(() => ({}))
  if (response.ok) return answer
  if (answer.code === 'invalid_challenge') finish(alarm, words.over)
  else tell(alarm, response.status < 500 && answer.detail || words.failed)
}
const verify = async (json) => {
  const answer = await post('mfa/verify', { transport: 'cookie', ...json })
  if (!answer) return
  history.replaceState(null, '', location.pathname)
  finish(news, words.done.replace('{email}', () => answer.user.email))
}
const once = (work) => async (event) => {
  event?.preventDefault()
  if (isBusy) return
  isBusy = true
  for (const button of document.querySelectorAll('button')) button.ariaDisabled = true
  alarm.textContent = ''
  try {
    await work()
  } catch (error) {
    tell(alarm, error instanceof DOMException && error.name === 'NotAllowedError' ? words.noPasskey : words.offline)
  }
  isBusy = false
  for (const button of document.querySelectorAll('button')) button.ariaDisabled = false
}
const enrol = once(async () => {
  const answer = await post('mfa/enrol', {})
  if (!answer) return
  qr.innerHTML = answer.qrSvg
  secret.textContent = answer.secret
  app.hidden = form.hidden = false
  news.textContent = words.enrol
})

form.onsubmit = once(() => {
  const code = field.value.replaceAll(' ', '')
  return verify({ method: /^\\d{6}$/.test(code) ? 'totp' : 'recovery_code', code })
})
passkey.onclick = once(async () => {
  const options = await post('passkey/options', {})
  if (!options) return
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options)
  const credential = await navigator.credentials.get({ publicKey })
  await verify({ method: 'passkey', response: credential.toJSON() })
})
onhashchange = () => location.reload()
if (!/^plc_[\\w-]+$/.test(challengeToken)) finish(alarm, words.over)
else if (asked.has('enrol')) enrol()
else {
  news.textContent = words.intro
  form.hidden = !methods.includes('totp') && !methods.includes('recovery_code')
  passkey.hidden = !methods.includes('passkey')
}
`

/** Takes the second factor of a log-in that began by a link: the page behind that link leads here. */
export const secondFactorPage: Page = {
  title: texts.title,
  body,
  style,
  script: `const words = ${JSON.stringify(texts)}${script}`,
}
