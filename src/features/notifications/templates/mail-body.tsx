/** @jsxImportSource hono/jsx */
import type { Child } from 'hono/jsx'
import type { MailParts } from './mail-parts'
import { colour, fontFamily, Layout } from './mail-style'
import { brand } from './mail-texts'

const Paragraph = ({ children }: { children: Child }) => (
  <p class="ink" style={{ margin: '0 0 16px', color: colour.ink }}>
    {children}
  </p>
)

const QuietParagraph = ({ children }: { children: Child }) => (
  <p class="quiet" style={{ margin: '0 0 8px', fontSize: 14, color: colour.quiet }}>
    {children}
  </p>
)

const buttonLink = { display: 'inline-block', padding: '12px 24px', color: '#ffffff', fontFamily, fontWeight: 600 }

/** A button whose whole area is a link, in Outlook too, and the link written out. */
const Action = ({ label, above, link }: NonNullable<MailParts['action']>) => (
  <>
    <Layout>
      <tr>
        <td class="button" style={{ borderRadius: 6, backgroundColor: colour.brand, 'mso-padding-alt': '12px 24px' }}>
          <a href={link} style={{ ...buttonLink, textDecoration: 'none' }}>
            {label}
          </a>
        </td>
      </tr>
    </Layout>
    <div style={{ height: 20, lineHeight: '20px' }}>&nbsp;</div>
    <QuietParagraph>{above}</QuietParagraph>
    <p style={{ margin: '0 0 24px', fontSize: 14, wordBreak: 'break-all' }}>
      <a class="link" href={link} style={{ color: colour.brand }}>
        {link}
      </a>
    </p>
  </>
)

const codeStyle = { fontFamily: 'Consolas, Menlo, monospace', fontSize: 32, fontWeight: 700, lineHeight: '40px' }

/** A code, large; only its style sets the digits apart, so that it is copied as it is typed. */
const Code = ({ before, code, after }: NonNullable<MailParts['code']>) => (
  <>
    <Paragraph>{before}</Paragraph>
    <Layout>
      <tr>
        <td class="code ink" style={{ padding: '12px 24px', borderRadius: 6, backgroundColor: colour.page }}>
          <span class="ink" style={{ ...codeStyle, letterSpacing: '6px', color: colour.ink }}>
            {code}
          </span>
        </td>
      </tr>
    </Layout>
    <div style={{ height: 16, lineHeight: '16px' }}>&nbsp;</div>
    <Paragraph>{after}</Paragraph>
  </>
)

const cell = { padding: '6px 16px 6px 0', fontFamily, fontSize: 14, textAlign: 'left', verticalAlign: 'top' }

const Cause = ({ heading, facts }: MailParts['cause']) => (
  <>
    <QuietParagraph>{heading}</QuietParagraph>
    <table width="100%" cellpadding="0" cellspacing="0" border={0} style={{ margin: '0 0 24px' }}>
      {facts.map(({ label, value }) => (
        <tr>
          <th
            scope="row"
            class="quiet line"
            style={{
              ...cell,
              whiteSpace: 'nowrap',
              borderTop: `1px solid ${colour.line}`,
              fontWeight: 400,
              color: colour.quiet,
            }}
          >
            {label}
          </th>
          <td class="ink line" style={{ ...cell, borderTop: `1px solid ${colour.line}`, color: colour.ink }}>
            {value}
          </td>
        </tr>
      ))}
    </table>
  </>
)

/** All that a mail says, from the brand to the last paragraph. */
export const MailBody = ({ greeting, opening, action, code, cause, closing }: MailParts) => (
  <>
    <p class="link" style={{ margin: '0 0 24px', fontSize: 18, fontWeight: 700, color: colour.brand }}>
      {brand}
    </p>
    <Paragraph>{greeting}</Paragraph>
    {opening.map((paragraph) => (
      <Paragraph>{paragraph}</Paragraph>
    ))}
    {action && <Action {...action} />}
    {code && <Code {...code} />}
    <Cause {...cause} />
    {closing.map((paragraph) => (
      <Paragraph>{paragraph}</Paragraph>
    ))}
  </>
)
