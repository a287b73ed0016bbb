/** @jsxImportSource hono/jsx */
import { raw } from 'hono/html'
import type { Child } from 'hono/jsx'
import { MailBody } from './mail-body'
import type { MailParts } from './mail-parts'
import { colour, darkStyle, fontFamily, Layout } from './mail-style'

const openOutlookColumn = raw(
  '<!--[if mso]><table role="presentation" width="600" align="center" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->',
)
const closeOutlookColumn = raw('<!--[if mso]></td></tr></table><![endif]-->')

/** Keeps an inbox from showing what comes after the preheader. */
const filler = '\u00a0\u200c'.repeat(90)

const Preheader = ({ children }: { children: Child }) => (
  <div style={{ display: 'none', maxHeight: 0, overflow: 'hidden', opacity: 0, 'mso-hide': 'all' }}>
    {children}
    {filler}
  </div>
)

const Head = ({ title }: { title: string }) => (
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <meta name="supported-color-schemes" content="light dark" />
    <meta name="format-detection" content="telephone=no, date=no, address=no, email=no, url=no" />
    <meta name="x-apple-disable-message-reformatting" />
    <title>{title}</title>
    <style>{darkStyle}</style>
  </head>
)

const cardStyle = { padding: '32px 24px 16px', borderRadius: 8, backgroundColor: colour.card, wordBreak: 'break-word' }
const textStyle = { fontFamily, fontSize: 16, lineHeight: '24px' }

const MailDocument = ({ parts }: { parts: MailParts }) => (
  <html lang={parts.locale}>
    <Head title={parts.subject} />
    <body class="page" style={{ margin: 0, padding: 0, backgroundColor: colour.page }}>
      <Preheader>{parts.opening[0]}</Preheader>
      <Layout width="100%">
        <tr>
          <td class="page" align="center" style={{ padding: '24px 12px', backgroundColor: colour.page }}>
            {openOutlookColumn}
            <table role="presentation" width="100%" cellpadding="0" cellspacing="0" style={{ maxWidth: 600 }}>
              <tr>
                <td class="card" align="left" style={{ ...cardStyle, ...textStyle }}>
                  <MailBody {...parts} />
                </td>
              </tr>
            </table>
            {closeOutlookColumn}
          </td>
        </tr>
      </Layout>
    </body>
  </html>
)

/** The mail as a document of its own, at most 600 pixels wide, that asks nothing of the network. */
export const toHtml = (parts: MailParts): string => `<!doctype html>${String(<MailDocument parts={parts} />)}`
