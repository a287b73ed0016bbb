import { html } from 'hono/html'
import type { Page } from '#http/page'
import type { Mailbox } from './contract'

/** The mailbox for people: each mail as its reader would see it, in a frame that can do nothing but follow a link. */
export const mailboxPage = ({ items }: Mailbox): Page => ({
  title: `Mailbox (${items.length})`,
  body: html`<h1>Mailbox</h1>
<p class="quiet">Development only: what would have been mailed, newest first. Reload to see more. As JSON: <code>curl /dev/mailbox</code> · <a href="/dev/mailbox/templates">All mail templates</a></p>
${items.length === 0 ? html`<p>No mail yet. Register an account and reload.</p>` : ''}
${items.map(
  (mail) => html`<article>
<h2>${mail.subject}</h2>
<p class="quiet">To ${mail.to} · <time datetime="${mail.sentAt}">${mail.sentAt}</time> · ${mail.template}</p>
<iframe title="${mail.subject}" sandbox="allow-top-navigation-by-user-activation" srcdoc="${mail.html.replace('<head>', '<head><base target="_top">')}"></iframe>
</article>`,
)}`,
})
