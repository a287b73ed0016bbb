import type { Mail } from '#core/platform'

export interface MailBody {
  subject: string
  paragraphs: string[]
  action?: { label: string; link: string }
}

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => escapes[character] ?? '')

const toText = ({ paragraphs, action }: MailBody): string =>
  [...paragraphs, ...(action ? [`${action.label}: ${action.link}`] : [])].join('\n\n')

const toHtml = ({ subject, paragraphs, action }: MailBody): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head>
<body style="font-family:sans-serif;max-width:36em;margin:2em auto;padding:0 1em;line-height:1.5">
${paragraphs.map((paragraph) => `<p>${escapeHtml(paragraph)}</p>`).join('\n')}
${action ? `<p><a href="${escapeHtml(action.link)}" style="display:inline-block;padding:.7em 1.2em;background:#1f4e5f;color:#fff;text-decoration:none;border-radius:4px">${escapeHtml(action.label)}</a></p>` : ''}
</body></html>`

/** Renders a mail as text and as HTML from the same paragraphs. */
export const renderMail = (to: string, template: string, data: Record<string, string>, body: MailBody): Mail => ({
  to,
  subject: body.subject,
  text: toText(body),
  html: toHtml(body),
  template,
  data,
})

export const greeting = (name: string): string => (name ? `Hello ${name},` : 'Hello,')
