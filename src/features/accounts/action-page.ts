import { html } from 'hono/html'
import { controlStyle, type Page } from '#http/page'
import { actionPageTexts as texts } from './action-page-texts'
import { shortestPassword } from './password-policy'

interface Action {
  /**
   * `over` stands for what is said of a link that is good for nothing any more, `endings` for what is said of problems of
   * this page alone, by their codes.
   */
  texts: Record<'title' | 'intro' | 'button' | 'done', string> & { over?: string; endings?: Record<string, string> }
  /** Where the button posts the token of the link. */
  path: string
  /** Posted beside the token. */
  body?: Record<string, string>
  /** Asks for a new password, which is posted too. */
  asksPassword?: true
  /** Posts as whoever is signed in here, whose session is refreshed if it must be. */
  needsSession?: true
  /** Under which name the answer is saved, where it is a file. */
  saves?: string
}

/** A page with one button. Opening it changes nothing, so that mail scanners don't use it up: only the click posts. */
export const actionPage = ({ texts: own, path, body, asksPassword, needsSession, saves }: Action): Page => ({
  title: own.title,
  body: html`<h1>${own.title}</h1>
<p id="news" role="status" tabindex="-1"></p>
<p id="alarm" role="alert" tabindex="-1"></p>
<form id="form" hidden>
${asksPassword ? passwordField : ''}
<button id="confirm">${own.button}</button>
</form>
<noscript><p>${texts.needsScript}</p></noscript>`,
  style: controlStyle,
  script: `const action = ${JSON.stringify({ path, body, saves, needsSession, ...own, ...texts.progress })}
const endings = ${JSON.stringify({ ...texts.endings, ...own.endings, ...(own.over && { invalid_email_token: own.over }) })}${script}`,
})

/** The field has no name, so that no browser could ever put what is typed into an address. */
const passwordField = html`<label for="password">${texts.password.label}</label>
<p id="hint" class="quiet">${texts.password.hint}</p>
<input id="password" type="password" autocomplete="new-password" required minlength="${shortestPassword}" aria-describedby="alarm hint" autocapitalize="none" spellcheck="false">
<label><input id="show" type="checkbox" autocomplete="off"> ${texts.password.show}</label>`

/**
 * The token stays in the address until it is used up, so that a reload can try again; then words take its place in the
 * history, so that a reload tells them again.
 */
const script = `
const [news, alarm, form, field, show, button] =
  ['news', 'alarm', 'form', 'password', 'show', 'confirm'].map((id) => document.getElementById(id))
const token = new URLSearchParams(location.hash.slice(1)).get('token')
let isBusy = false

const tell = (line, text) => {
  news.textContent = alarm.textContent = ''
  line.textContent = text
  line.focus()
}
const finish = (line, text) => {
  form.remove()
  tell(line, text)
}
const inTime = (seconds) => {
  const words = new Intl.RelativeTimeFormat('en')
  return seconds > 99 ? words.format(Math.ceil(seconds / 60), 'minute') : words.format(seconds, 'second')
}
const save = async (response) => {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(await response.blob())
  link.download = action.saves
  link.click()
  return {}
}
const goOn = ({ token, methods, mustEnrol }) => {
  const asked = new URLSearchParams({ token, methods: methods.join(' '), ...(mustEnrol && { enrol: '' }) })
  location.replace('/second-factor#' + asked)
}
const judge = ({ ok, status, headers }, { code, detail, errors, email, user, name, activation, challenge }) => {
  if (challenge) return goOn(challenge)
  if (ok) {
    const done = activation?.isFullyActivated === false ? activation.message : action.done
    const text = done.replace('{email}', () => email ?? user?.email ?? '').replace('{name}', () => name ?? '')
    history.replaceState(text, '', location.pathname)
    return finish(news, text)
  }
  if (endings[code]) return finish(alarm, endings[code])
  const faults = errors?.filter(({ pointer }) => pointer === '/newPassword').map(({ message }) => message).join(' ')
  const text = faults || (status === 429 ? action.limited : status < 500 && detail || action.failed)
  tell(alarm, text.replace('{when}', () => inTime(Number(headers.get('retry-after')) || 5)))
  if (faults) {
    field.ariaInvalid = true
    field.focus()
  }
}

const post = (path, json) =>
  fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(json),
    signal: AbortSignal.timeout(action.saves ? 600000 : 30000),
  })
const ask = async () => {
  const json = { token, ...action.body, newPassword: field?.value }
  const response = await post(action.path, json)
  if (!action.needsSession || response.status !== 401) return response
  return (await post('/v1/auth/refresh', {})).ok ? post(action.path, json) : response
}

form.onsubmit = async (event) => {
  event.preventDefault()
  if (isBusy) return
  isBusy = button.ariaDisabled = true
  if (field) field.ariaInvalid = false
  alarm.textContent = ''
  news.textContent = action.sending
  try {
    const response = await ask()
    judge(response, action.saves && response.ok ? await save(response) : await response.json().catch(() => ({})))
  } catch {
    tell(alarm, action.offline)
  }
  isBusy = button.ariaDisabled = false
}
if (show) show.onchange = () => { field.type = show.checked ? 'text' : 'password' }
onhashchange = () => location.reload()
if (history.state) finish(news, history.state)
else if (/^([\\w-]{43}|pec_[\\w-]{64})$/.test(token)) {
  form.hidden = false
  news.textContent = action.intro
} else finish(alarm, action.incomplete)
`
