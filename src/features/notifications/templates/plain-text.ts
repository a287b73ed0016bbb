import type { MailParts } from './mail-parts'
import { brand } from './mail-texts'

/** The mail for readers without HTML: paragraphs, with the link and the code on lines of their own. */
export const toPlainText = ({ greeting, opening, action, code, cause, closing }: MailParts): string =>
  [
    greeting,
    ...opening,
    ...(action ? [action.link] : []),
    ...(code ? [code.before, code.code, code.after] : []),
    [cause.heading, ...cause.facts.map(({ label, value }) => `${label}${cause.colon}${value}`)].join('\n'),
    ...closing,
    brand,
  ].join('\n\n')
