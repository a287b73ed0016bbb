import { html } from 'hono/html'
import type { Page } from '#http/page'
import type { MailPreview, MailTemplateItem } from './contract'
import { mailLocales } from './templates/mail-values'

const addressOf = (item: Partial<MailTemplateItem>) => `/dev/mailbox/templates?${new URLSearchParams(item)}`

const languages = (template?: MailTemplateItem['template']) =>
  mailLocales.map(
    (locale) =>
      html`<a href="${addressOf({ ...(template && { template }), locale })}" hreflang="${locale}">${locale}</a> `,
  )

const toArticle = ({ template, locale, subject, text, html: document }: MailPreview) => html`<article>
<h2><a href="${addressOf({ template, locale })}">${template}</a></h2>
<p class="quiet">${subject} · ${languages(template)}</p>
<iframe title="${template}" style="height:50rem" sandbox="allow-top-navigation-by-user-activation" srcdoc="${document.replace('<head>', '<head><base target="_top">')}"></iframe>
<pre lang="${locale}" style="white-space:pre-wrap;overflow-wrap:anywhere">${text}</pre>
</article>`

/** The mails for people, as HTML and as text: each in a frame that can do nothing but follow a link. */
export const templatePage = (previews: MailPreview[]): Page => ({
  title: 'Mail templates',
  body: html`<h1>Mail templates</h1>
<p class="quiet">Development only: what Postern mails, with values that mean nothing. <a href="/dev/mailbox">Mailbox</a></p>
<p>All in ${languages()}</p>
${previews.map(toArticle)}`,
})
