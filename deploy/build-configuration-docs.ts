import { fileURLToPath } from 'node:url'
import * as z from 'zod'
import { settings } from '#core/config'
import { settingMeanings } from '#core/setting-meanings'

const file = fileURLToPath(new URL('../docs/configuration.md', import.meta.url))

const introduction = `# Configuration

Every setting comes from the environment: on Bun from the process, on Workers from vars, secrets and bindings. They are
checked once, before anything listens; a wrong environment prints every fault and exits with 1. An empty variable counts
as absent. Generated from \`src/core/config.ts\` by \`bun run docs\`; a test compares the two.

| setting | default | meaning |
| --- | --- | --- |
`

const notes = `
## In production

\`ENVIRONMENT\` is \`production\` unless said otherwise. Production wants \`SECRET\`, an https \`BASE_URL\`, a database,
a way out for mail (\`RESEND_API_KEY\` or \`SMTP_URL\`), and a Redis that counts for all instances
(\`UPSTASH_REDIS_REST_URL\` with its token, or \`REDIS_URL\`); and it serves nothing under \`/dev\`.

## Mail

Every mail waits in the queue first. A process of Bun works it by itself, or with \`WORK_JOBS=off\` leaves it to
\`bun run worker\`; on Workers one of its own does (\`deploy/jobs/wrangler.toml\`), which wants the same \`SECRET\` and
\`RESEND_API_KEY\`. What the provider refuses becomes a dead letter with its reason: \`postern jobs dead\`. Point Resend's
webhook at \`/v1/webhooks/resend\` for \`email.bounced\`, \`email.complained\` and \`email.suppressed\`, and set
\`RESEND_WEBHOOK_SECRET\`: an address that mail comes back from gets no more, until \`postern mail allow <address>\`.

## Accounts from elsewhere

Accounts of other systems may bring Argon2id, bcrypt (\`$2a$\`, \`$2b$\`, \`$2y$\`, cost 4–13) or scrypt hashes
(\`$scrypt$ln=14,r=8,p=1$<salt>$<hash>\`, unpadded base64, up to 64 MiB, p ≤ 4); each is renewed at its owner's next
log-in. bcrypt heeds 72 bytes of a password, as everywhere.

## SECRET and its rotation

Keys for tokens, and for sealing private keys, the secrets of authenticator apps, the tokens of other providers, mails that wait and
answers that are kept, are derived from \`SECRET\` by HKDF.
Several versions, newest first, are separated by commas: the first makes tokens and seals, all are accepted. To rotate
without logging anyone out:

1. deploy \`SECRET="old,new"\` everywhere, so that every instance knows the new version;
2. deploy \`SECRET="new,old"\`: new tokens and seals use it; what is sealed is re-sealed by itself within the hour, or at
   once by \`postern keys reseal\`;
3. when \`postern keys status\` says that the old version may be taken out, which is \`REFRESH_TOKEN_SECONDS\` later, deploy
   \`SECRET="new"\`.

Step by step, with what to do when \`SECRET\` or a signing key is in strange hands: [keys.md](keys.md).

Outside production a missing \`SECRET\` is made and kept in \`DATA_DIRECTORY\`.

## Rate limits

[limits.md](limits.md) has every limit, what it counts by, and what each route does without Redis. Redis is reached over
HTTP (\`UPSTASH_REDIS_REST_URL\`, Upstash or what speaks like it) or, on Bun, over TCP (\`REDIS_URL\`). Outside production
it may be absent: each process counts for itself then. \`RATE_LIMIT_OVERRIDES\` changes limits by name. When Redis does not
answer within \`REDIS_TIMEOUT_MILLISECONDS\`, routes that check a credential or send mail do as \`REDIS_OUTAGE\` says, and
all others count in the process.

## Behind proxies

Nobody's word about a caller's address is taken unless \`TRUSTED_PROXY\` says so, since whoever can choose an address
escapes the limits. Of all headers only \`X-Forwarded-For\` is read, or with \`cloudflare\` only \`CF-Connecting-IP\`.

- \`hops:N\`: so many proxies stand before Postern and each adds to the header. It never looks at who connects, so the port
  must not be reachable past the proxies.
- \`cidr:10.0.0.0/8,…\`: the header is read from the right while the one who tells is of these networks.
- \`cloudflare\`: only a connection from Cloudflare's published ranges is believed; any other counts as itself.

Callers whose address nobody vouches for share one bucket of each limit that counts by address. On Workers the edge says
the address, and \`TRUSTED_PROXY\` means nothing.

## Lockout

\`LOCKOUT_FAILURES\` wrong passwords or codes in a row lock an account for \`LOCKOUT_SECONDS\`, for every device that never
logged in to it; its owner gets a mail with a link that lifts the lock. A device that did logs in as ever: it has a cookie,
or sends back as \`Device-Token\` what a log-in answered under that name. Every answer to a failure after the first is
delayed, and \`LOCKOUT_NETWORK_FAILURES\` from one network shut its log-ins, whatever the accounts.

## Second factors and passkeys

Who has a second factor is asked for it at every log-in by password, mailed link or code, whatever the settings say now.
\`MFA_POLICY\` and \`MFA_REQUIRED_ROLES\` say who must have one: for \`MFA_GRACE_SECONDS\` from the first log-in that says so they
come in without, later a log-in ends with setting one up. \`postern roles grant <address> admin\` gives a role and ends the
sessions from before. A device may be let in without for \`TRUSTED_DEVICE_SECONDS\`, but not to an account whose role wants a
second factor.

\`WEBAUTHN_RP_ID\` is the domain that passkeys belong to; choose it once, since another one makes all of them useless. It is the
domain of \`BASE_URL\`, or one above it (\`example.com\` for \`id.example.com\`), so that pages on \`app.example.com\` may use them
too. \`WEBAUTHN_ORIGINS\` lists the origins of all pages that may, exactly as a browser says them. Those on other domains need
browsers that know related origins, which read the list at \`https://<WEBAUTHN_RP_ID>/.well-known/webauthn\`: serve ours there.

\`APP_NAME\` is what authenticator apps and the dialogs of browsers call you.

## Other providers

Whatever providers people may log in at have variables of their own, by the provider's id; [providers.md](providers.md) says how
to register with each. They are not in the table, since there are as many as you want.

| setting | meaning |
| --- | --- |
| \`OAUTH_<PROVIDER>_CLIENT_ID\`, \`OAUTH_<PROVIDER>_CLIENT_SECRET\` | How we are registered there: both, or neither. |
| \`OAUTH_<PROVIDER>_ISSUER\` | Of any OpenID Connect provider that we don't know by its id; https in production. |
| \`OAUTH_<PROVIDER>_NAME\` | What people read on the button. |
| \`OAUTH_<PROVIDER>_NATIVE_CLIENT_IDS\` | Clients of yours that are apps, separated by commas: their id_tokens are for us too. |

\`<PROVIDER>\` is in capitals (\`OAUTH_GOOGLE_CLIENT_ID\`), a letter and then letters and digits. On Workers all need them, that
of jobs to refresh and revoke the tokens of providers. \`REDIRECT_ORIGINS\` lists where a log-in may lead back to: whoever is
not in it can't have anybody sent there. No answer of a provider is waited for longer than \`PROVIDER_TIMEOUT_SECONDS\`.

## Browsers on other origins

\`CORS_ORIGINS\` lists the origins whose pages may call the API and read its answers, each exactly as a browser says it
(\`https://app.example.com\`, no path, no wildcard). Any other origin gets no CORS header at all. Cookies serve them too,
if they are of the same site as \`BASE_URL\` (\`app.example.com\` and \`id.example.com\`); pages of another site use bearer
tokens.

## Challenges

With \`CAPTCHA_PROVIDER\` a caller must solve one of Turnstile's or hCaptcha's challenges to register, to have mail sent,
and to log in after \`CAPTCHA_AFTER_FAILURES\` failures, unless the device logged in before. Without \`captchaToken\` the
answer is [captcha-required](problems.md#captcha-required), with the \`siteKey\` that a page shows the challenge with. When
the provider does not answer within two seconds, \`CAPTCHA_OUTAGE\` decides.

## Addresses that people give

A picture by its address is fetched only from the public internet, at ports 80 and 443. \`OUTSIDE_ALLOWED_HOSTS\` makes
exceptions for development and tests, by host and port as they stand in the address; production refuses to start with it. On
Workers \`DNS_OVER_HTTPS_URL\` says where a name leads: another resolver has to answer \`?name=…&type=A\` in JSON
(\`application/dns-json\`), as Cloudflare's and Google's do.

## On Workers

The database comes from the \`HYPERDRIVE\` binding; create it with query caching off, since a cached read would outlive a
revocation. \`PORT\`, \`DATA_DIRECTORY\`, \`DATABASE_URL\`, \`REDIS_URL\` and \`TRUSTED_PROXY\` mean nothing there. There are
three Workers: the API's has the address, the annex answers for what begins with a path of \`src/annex-paths.ts\`
(log-ins at other providers, the administration, organizations, API keys, copies of data, pictures), that of jobs works, counts in Redis and checks passkeys for both. Each has a
\`wrangler.toml\` (one at the root, two below \`deploy\`), and all need the same vars, secrets, database and bucket,
\`UPSTASH_REDIS_REST_URL\`, \`UPSTASH_REDIS_REST_TOKEN\` and \`OAUTH_…\` among them. An optional
rate-limit binding \`FLOODS\` stops floods from one network before Redis is asked.
`

/** The default as a person would write it, before any transform; empty where there is none. */
const defaultOf = (setting: z.core.$ZodType): string => {
  if (setting instanceof z.ZodPipe) return defaultOf(setting.in)
  const written = setting instanceof z.ZodDefault ? setting.def.defaultValue : ''
  return written === '' ? '' : `\`${written}\``
}

/** docs/configuration.md as the schema would have it. */
export const describeConfiguration = (): string => {
  const names = Object.keys(settings).filter((name): name is keyof typeof settings => name in settings)
  const rows = names.map((name) => `| \`${name}\` | ${defaultOf(settings[name])} | ${settingMeanings[name]} |`)
  return `${introduction}${rows.join('\n')}\n${notes}`
}

if (import.meta.main) await Bun.write(file, describeConfiguration())
