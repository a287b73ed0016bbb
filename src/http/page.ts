import type { Context } from 'hono'
import { html, raw } from 'hono/html'
import { toBase64Url } from '#core/secrets'
import type { AppEnv } from './router'

type Html = ReturnType<typeof html>

export interface Page {
  title: string
  body: Html
  /** Source of the page's own script; it alone may run. */
  script?: string
}

/** The one accent is told from white and from black alike, so that it serves light and dark. */
const style = `
  :root { color-scheme: light dark; font: 100%/1.5 system-ui, sans-serif }
  body { max-width: 42rem; margin: 3rem auto; padding: 0 1rem; overflow-wrap: anywhere }
  button, #password { font: inherit; min-height: 2.75rem; padding: .6rem 1.2rem; border: 2px solid #257a94; border-radius: 4px }
  button { background: #257a94; color: #fff; cursor: pointer }
  button[aria-disabled=true] { opacity: .6; cursor: default }
  :focus-visible { outline: 3px solid #257a94; outline-offset: 2px }
  p:focus { outline: 0 }
  label { display: block; padding: .65rem 0 }
  #password { width: 100%; box-sizing: border-box }
  [role=alert]:not(:empty) { padding-left: 1rem; border-left: 5px solid #d33 }
  article { border: 1px solid #8886; border-radius: 6px; padding: 1rem; margin: 1rem 0 }
  article h2 { margin: 0; font-size: 1.1rem }
  article iframe { width: 100%; height: 34rem; border: 0; background: #fff; border-radius: 4px }
  .quiet { opacity: .75; font-size: .9rem }
`

/** Answers with a page for people: no outside resource, no script but its own by nonce, nothing for search engines. */
export const respondWithPage = (c: Context<AppEnv>, { title, body, script }: Page) => {
  const nonce = toBase64Url(c.env.random.bytes(16))
  c.header(
    'content-security-policy',
    `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'unsafe-inline'; img-src data:; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  )
  return c.html(html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">
<title>${title}</title><link rel="icon" href="data:,"><style>${raw(style)}</style></head>
<body><main>${body}</main>${script ? raw(`<script nonce="${nonce}">${script}</script>`) : ''}</body>
</html>`)
}
