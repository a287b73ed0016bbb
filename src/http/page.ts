import type { Context } from 'hono'
import { html, raw } from 'hono/html'
import type { AppEnv } from './router'

type Html = ReturnType<typeof html>

export interface Page {
  title: string
  body: Html
  /** Beside what every page has. */
  style?: string
  /** Source of the page's own script; it alone may run. */
  script?: string
}

/** How a page's button, its one field and what it says look: for pages on which people do something. */
export const controlStyle = `
  button, input:not([type=checkbox]) { font: inherit; min-height: 2.75rem; padding: .6rem 1.2rem; border: 2px solid #257a94; border-radius: 4px }
  button { background: #257a94; color: #fff; cursor: pointer }
  button[aria-disabled=true] { opacity: .6; cursor: default }
  input:not([type=checkbox]) { width: 100%; box-sizing: border-box }
  p:focus { outline: 0 }
  label { display: block; padding: .65rem 0 }
  [role=alert]:not(:empty) { padding-left: 1rem; border-left: 5px solid #d33 }
`

/** A page as it goes out, with the headers that are its own. */
export interface RenderedPage {
  text: string
  headers: { 'content-type': string; 'content-security-policy': string }
}

/** The one accent is told from white and from black alike, so that it serves light and dark. */
const style = `
  :root { color-scheme: light dark; font: 100%/1.5 system-ui, sans-serif }
  body { max-width: 42rem; margin: 3rem auto; padding: 0 1rem; overflow-wrap: anywhere }
  :focus-visible { outline: 3px solid #257a94; outline-offset: 2px }
  article { border: 1px solid #8886; border-radius: 6px; padding: 1rem; margin: 1rem 0 }
  article h2 { margin: 0; font-size: 1.1rem }
  article iframe { width: 100%; height: 34rem; border: 0; background: #fff; border-radius: 4px }
  .quiet { opacity: .75; font-size: .9rem }
`

/** What a Content-Security-Policy says of an inline script: this very text may run. */
export const hashSource = async (script: string): Promise<string> => {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(script))
  return `'sha256-${new Uint8Array(digest).toBase64()}'`
}

/** Makes a page for people: no outside resource, no script but its own by hash, nothing for search engines. */
export const renderPage = async ({ title, body, style: own = '', script }: Page): Promise<RenderedPage> => ({
  headers: {
    'content-type': 'text/html; charset=UTF-8',
    'content-security-policy': `default-src 'none'; script-src ${script ? await hashSource(script) : "'none'"}; style-src 'unsafe-inline'; img-src data:; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  },
  text: `${await html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">
<title>${title}</title><link rel="icon" href="data:,"><style>${raw(style + own)}</style></head>
<body><main>${body}</main>${script ? raw(`<script>${script}</script>`) : ''}</body>
</html>`}`,
})

/** Answers with a page that is of its request. What is the same for everyone is served before the router. */
export const respondWithPage = async (c: Context<AppEnv>, page: Page) => {
  const { text, headers } = await renderPage(page)
  return c.html(text, 200, headers)
}
