import { expect, test } from 'bun:test'
import { MailPreview, MailTemplateList } from '#features/notifications/contract'
import { mailLocales, mailTemplates } from '#features/notifications/templates/mail-values'
import { sampleMail } from '#features/notifications/templates/sample-mail'
import { openWorld } from '../../platform'

const path = 'GET /dev/mailbox/templates'
const previews = { render: async (template: string, locale: string) => sampleMail(template, locale) }
const html = { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } }

const open = async () => (await openWorld()).startAnother({}, { previews })

test('every mail in every language is listed, or those of one language', async () => {
  const world = await open()
  const { items } = MailTemplateList.parse((await world.send(path)).body)
  expect(items.length).toBe(mailTemplates.length * mailLocales.length)
  expect(new Set(items.map(({ template, locale }) => `${template} ${locale}`)).size).toBe(items.length)
  const { items: german } = MailTemplateList.parse((await world.send(`${path}?locale=de`)).body)
  expect(german).toEqual(mailTemplates.map((template) => ({ template, locale: 'de' })))
})

test('one mail is written out in its language, English unless said', async () => {
  const world = await open()
  for (const { template, locale } of mailTemplates.flatMap((template) =>
    mailLocales.map((locale) => ({ template, locale })),
  )) {
    const { body } = await world.send(`${path}?template=${template}&locale=${locale}`)
    expect(MailPreview.parse(body)).toEqual({ template, locale, ...sampleMail(template, locale) })
  }
  expect((await world.send(`${path}?template=log-in`)).body).toMatchObject({ template: 'log-in', locale: 'en' })
})

test('people get a page of all mails of a language, in frames that can run nothing, and as text', async () => {
  const world = await open()
  const page = await world.send(`${path}?locale=ja`, html)
  expect(page.status).toBe(200)
  expect(page.headers.get('content-type')).toBe('text/html; charset=UTF-8')
  expect(page.headers.get('vary')).toContain('accept')
  const frames = [...page.text.matchAll(/<iframe [^>]*sandbox="([^"]*)"/g)].map(([, sandbox]) => sandbox)
  expect(frames).toEqual(mailTemplates.map(() => 'allow-top-navigation-by-user-activation'))
  for (const template of mailTemplates) expect(page.text).toContain(sampleMail(template, 'ja').text)
  for (const locale of mailLocales) expect(page.text).toContain(`href="/dev/mailbox/templates?locale=${locale}"`)
})

test('people get one mail as a page that leads to its other languages', async () => {
  const world = await open()
  const page = await world.send(`${path}?template=log-in`, html)
  expect(page.text.split('<iframe').length).toBe(2)
  expect(page.text).toContain(sampleMail('log-in', 'en').text)
  expect(page.text).toContain('href="/dev/mailbox/templates?template=log-in&amp;locale=fr"')
})

test('the mailbox and the templates lead to each other', async () => {
  const world = await open()
  expect((await world.send('GET /dev/mailbox', html)).text).toContain('href="/dev/mailbox/templates"')
  expect((await world.send(path, html)).text).toContain('href="/dev/mailbox"')
})

test('a template or a language that does not exist is refused', async () => {
  const world = await open()
  for (const query of ['template=welcome', 'locale=xx', 'locale=de-AT', 'page=1']) {
    expect(await world.send(`${path}?${query}`)).toMatchObject({ status: 422, body: { code: 'invalid_request' } })
  }
})

test('in production there are no templates to see', async () => {
  const world = await open()
  const production = world.startAnother(
    {
      ENVIRONMENT: 'production',
      DATABASE_URL: 'postgres://postern@database/postern',
      RATE_LIMITS: 'on',
      UPSTASH_REDIS_REST_URL: 'https://redis.example.com',
      UPSTASH_REDIS_REST_TOKEN: 'a token',
      RESEND_API_KEY: 're_key',
      EMAIL_FROM: 'Postern <postern@example.com>',
    },
    { previews },
  )
  for (const query of ['', '?template=log-in&locale=en', '?locale=de']) {
    for (const call of [{}, html]) {
      expect(await production.send(`${path}${query}`, call)).toMatchObject({ status: 404, body: { code: 'not_found' } })
    }
  }
})
