import { describe, expect, test } from 'bun:test'
import {
  type MailLocale,
  type MailTemplate,
  mailLocales,
  mailTemplates,
} from '#features/notifications/templates/mail-values'
import { renderMail } from '#features/notifications/templates/render-mail'
import { sampleMail, sampleValues } from '#features/notifications/templates/sample-mail'

const to = 'ada@example.com'

const render = <Template extends MailTemplate>(
  template: Template,
  locale: string,
  changes: Record<string, string> = {},
) => renderMail({ template, locale, to, values: { ...sampleValues[template], ...changes } })

const secretsOf = (template: MailTemplate): Partial<Record<string, string>> => sampleValues[template]

const all = mailTemplates.flatMap((template) => mailLocales.map((locale) => ({ template, locale })))

describe.each(all)('$template in $locale', ({ template, locale }) => {
  const mail = render(template, locale)
  const { link, code } = secretsOf(template)
  const lines = mail.text.split('\n')

  test('is a mail to its reader with the values that it was made of', () => {
    expect(mail).toMatchObject({ to, template, data: sampleValues[template] })
    expect(mail.subject).not.toBe('')
    expect(sampleMail(template, locale)).toEqual({ subject: mail.subject, text: mail.text, html: mail.html })
  })

  test('is a document in its language, small, with its subject as title', () => {
    expect(mail.html).toStartWith(`<!doctype html><html lang="${locale}"><head>`)
    expect(mail.html).toContain(`<title>${mail.subject}</title>`)
    expect(mail.html).toContain('<meta name="color-scheme" content="light dark"/>')
    expect(Buffer.byteLength(mail.html)).toBeLessThan(20 * 1024)
  })

  test('carries link and code as text and as HTML, and neither in its subject', () => {
    if (link) {
      expect(lines).toContain(link)
      expect(mail.html.split(`href="${link}"`).length).toBe(3)
      expect(mail.html).toContain(`>${link}</a>`)
      expect(mail.subject).not.toContain(link)
    }
    if (code) {
      expect(lines).toContain(code)
      expect(mail.html).toContain(`>${code}</span>`)
      expect(mail.subject).not.toContain(code)
    }
  })

  test('says whom it is to, when it was asked for and, unless that was another person, from where', () => {
    const places = ['Firefox, Linux', '203.0.113.7']
    const isOfAnother = template === 'invitation'
    for (const text of [mail.text, mail.html]) {
      for (const fact of ['Ada Lovelace', '2026', '12:00 UTC', 'Postern', ...(isOfAnother ? [] : places)]) {
        expect(text).toContain(fact)
      }
      for (const place of isOfAnother ? places : []) expect(text).not.toContain(place)
    }
  })

  test('asks nothing of the network, and links to nothing but its own page', () => {
    const rest = mail.html.replaceAll(link ?? 'no link', '')
    expect(rest).not.toMatch(
      /\b(src|srcset|background|action)=|url\(|@import|@font-face|<(img|link|script|form|iframe|svg)\b/i,
    )
    expect(rest).not.toMatch(/https?:|\/\/|www\./)
    expect(mail.text.replaceAll(link ?? 'no link', '')).not.toMatch(/https?:|www\./)
  })

  test('says as HTML, paragraph by paragraph, what it says as text', () => {
    const seen = mail.html.replaceAll(/<[^>]+>/g, '\n').replaceAll('&#39;', "'")
    const paragraphs = mail.text.split('\n\n').filter((paragraph) => !paragraph.includes('\n'))
    for (const paragraph of paragraphs) expect(seen).toContain(paragraph)
    expect(paragraphs.length).toBeGreaterThan(3)
  })
})

test('an inbox shows the first sentences beside the subject, hidden in the mail itself', () => {
  const { html, text } = render('log-in', 'en')
  const [, preheader = ''] = /<div style="display:none[^"]*">([^<]*)</.exec(html) ?? []
  expect(text.split('\n')).toContain(preheader.replaceAll(/[\u00a0\u200c]/g, ''))
  expect(preheader).not.toContain('428571')
})

test('a region gets the mail of its language, and a language we do not have gets English', () => {
  const subjectIn = (locale: string) => render('new-device', locale).subject
  expect(subjectIn('de-AT')).toBe(subjectIn('de'))
  expect(subjectIn('ko')).toBe(subjectIn('en'))
  const subjects: Record<MailLocale, string> = { en: '', de: '', es: '', fr: '', ja: '' }
  for (const locale of mailLocales) subjects[locale] = subjectIn(locale)
  expect(new Set(Object.values(subjects)).size).toBe(mailLocales.length)
})

test('a name can’t bring markup into a mail', () => {
  const name = `<b>"Ada"</b> & 'Co'`
  for (const template of mailTemplates) {
    const { html, text, data } = render(template, 'en', { name })
    expect(html).toContain('Hello &lt;b&gt;&quot;Ada&quot;&lt;/b&gt; &amp; &#39;Co&#39;,')
    expect(html).not.toContain('<b>')
    expect(text).toStartWith(`Hello ${name},\n`)
    expect(data.name).toBe(name)
  }
})

test('neither can a link, an address, a browser or a code', () => {
  const hostile = `"><script>alert('&')</script>`
  const changes = { link: `https://id.example.com/#${hostile}`, newEmail: hostile, browser: hostile, code: hostile }
  for (const template of mailTemplates) {
    expect(render(template, 'fr', { ...changes, ipAddress: hostile }).html).not.toMatch(/<script|"">/)
  }
})

test('a name that could be a link or a second line is left out', () => {
  for (const name of ['https://evil.example', 'Win at www.evil', 'evil.com', 'Ada\nYour account is locked', '']) {
    for (const template of mailTemplates) {
      const { html, text } = render(template, 'en', { name })
      expect(text).toStartWith('Hello,\n')
      expect(html).toContain('>Hello,</p>')
      expect(`${html}${text}`).not.toMatch(/evil|locked/)
    }
  }
})

test('a long name is cut', () => {
  expect(render('new-device', 'en', { name: 'a'.repeat(100) }).text).toStartWith(`Hello ${'a'.repeat(60)},\n`)
})

const named = ['totp-added', 'totp-removed', 'passkey-added', 'passkey-removed'] as const

test('a notice names the authenticator that it speaks of, as its owner named it', () => {
  for (const template of named) {
    const { detail } = sampleValues[template]
    for (const locale of mailLocales) expect(render(template, locale).text).toMatch(RegExp(`[“„«「]\u00a0?${detail}`))
    expect(render(template, 'en', { detail: '<b>A & B</b>' }).html).toContain('“&lt;b&gt;A &amp; B&lt;/b&gt;”')
    expect(render(template, 'en', { detail: 'a'.repeat(100) }).text).toContain(`“${'a'.repeat(60)}”`)
  }
})

test('what could be a link or a second line names no authenticator, and the notice is whole without', () => {
  for (const template of named) {
    for (const locale of mailLocales) {
      const unnamed = render(template, locale, { detail: '' })
      expect(unnamed.text).not.toMatch(/[“„«「]/)
      for (const detail of ['https://evil.example', 'www.evil', 'evil.com', 'Engine\nevil', 'ｅｖｉｌ．ｃｏｍ']) {
        const { html, text } = render(template, locale, { detail })
        expect({ html, text }).toEqual({ html: unnamed.html, text: unnamed.text })
      }
    }
  }
})

test('a notice of an account at a provider names that, and is whole without', () => {
  for (const template of ['identity-linked', 'identity-unlinked'] as const) {
    for (const locale of mailLocales) expect(render(template, locale).text).toContain(' GitHub')
    expect(render(template, 'en', { detail: '' }).text).toContain('\n\nAn account at another provider was ')
  }
})

test('the last recovery codes are counted with the advice to make new ones, others only counted', () => {
  const advice = { en: 'Make new', de: 'Erstellen Sie neue,', es: 'Genere códigos', fr: 'Créez-en', ja: '必要になる前' }
  for (const locale of mailLocales) {
    const textWith = (detail: string) => render('recovery-code-used', locale, { detail }).text
    for (const count of ['0', '1', '3']) {
      expect(textWith(count)).toMatch(RegExp(` ${count}(\\.| 個です。) ?${advice[locale]}`))
    }
    for (const count of ['4', '10']) expect(textWith(count)).toMatch(RegExp(` ${count}(\\.| 個です。)\n`))
    for (const count of ['4', '10', '']) expect(textWith(count)).not.toContain(advice[locale])
  }
  expect(render('recovery-code-used', 'en', { detail: '' }).text).not.toContain('left')
})

test('what is not known of the request is said to be unknown, and so is what could be a link', () => {
  const unknown = { browser: '', ipAddress: '' }
  expect(render('new-device', 'en', unknown).text).toContain('Browser: unknown\nIP address: unknown\nTime: ')
  expect(render('new-device', 'de', unknown).text).toContain('Browser: unbekannt\nIP-Adresse: unbekannt\nZeitpunkt: ')
  expect(render('new-device', 'en', { browser: 'Bot (+http://evil.example)' }).html).not.toContain('evil')
})

test('one hour is one, not many', () => {
  expect(render('verify-email', 'en', { hours: '1' }).text).toContain('within 1 hour to')
  expect(render('verify-email', 'de', { hours: '1' }).text).toContain('innerhalb von 1 Stunde,')
  expect(render('log-in', 'es', { minutes: '1' }).text).toContain('1 minuto.')
})

test('the same values give the same mail, to the byte', () => {
  for (const { template, locale } of all) expect(render(template, locale)).toEqual(render(template, locale))
})

test('there is no sample of a mail that does not exist', () => {
  expect(() => sampleMail('welcome', 'en')).toThrow('welcome')
})
