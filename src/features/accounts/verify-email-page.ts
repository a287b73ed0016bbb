import { html } from 'hono/html'
import type { Page } from '#http/page'

/** Opening the link changes nothing, so that mail scanners don't use it up: only the click posts the token. */
export const verifyEmailPage: Page = {
  title: 'Prove your e-mail address',
  body: html`<h1>Prove your e-mail address</h1>
<p id="status" role="status">Click the button to show that this address is yours.</p>
<button id="confirm" type="button">This is my address</button>
<noscript><p>This page needs JavaScript to send the confirmation.</p></noscript>`,
  script: `
const button = document.getElementById('confirm')
const status = document.getElementById('status')
const token = new URLSearchParams(location.hash.slice(1)).get('token')
if (!token) { status.textContent = 'This link is not complete. Copy all of it from the mail.'; button.hidden = true }
button.addEventListener('click', async () => {
  button.disabled = true
  try {
    const response = await fetch('/v1/auth/email/verify', {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ token }),
    })
    const answer = await response.json()
    status.textContent = response.ok ? 'Thank you. Your address is proved; you can log in now.' : answer.detail
    button.hidden = response.ok || response.status < 500
  } catch { status.textContent = 'That did not work. Check your connection and try again.' }
  button.disabled = false
})`,
}
