import { fileURLToPath } from 'node:url'
import type * as z from 'zod'
import { settings } from '#core/config'

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

\`ENVIRONMENT\` is \`production\` unless said otherwise. Production wants \`SECRET\`, an https \`BASE_URL\`, a database and
a way out for mail (\`RESEND_API_KEY\` or \`SMTP_URL\`), and serves nothing under \`/dev\`.

## Mail

Every mail waits in the queue first. A process of Bun works it by itself, or with \`WORK_JOBS=off\` leaves it to
\`bun run worker\`; on Workers the second one does (\`deploy/jobs/wrangler.toml\`), which wants the same \`SECRET\` and
\`RESEND_API_KEY\`. What the provider refuses becomes a dead letter with its reason: \`postern jobs dead\`. Point Resend's
webhook at \`/v1/webhooks/resend\` for \`email.bounced\`, \`email.complained\` and \`email.suppressed\`, and set
\`RESEND_WEBHOOK_SECRET\`: an address that mail comes back from gets no more, until \`postern mail allow <address>\`.

## Accounts from elsewhere

Accounts of other systems may bring Argon2id, bcrypt (\`$2a$\`, \`$2b$\`, \`$2y$\`, cost 4–13) or scrypt hashes
(\`$scrypt$ln=14,r=8,p=1$<salt>$<hash>\`, unpadded base64, up to 64 MiB, p ≤ 4); each is renewed at its owner's next
log-in. bcrypt heeds 72 bytes of a password, as everywhere.

## SECRET and its rotation

Keys for refresh tokens and for sealing private keys are derived from \`SECRET\` by HKDF. Several versions, newest first,
are separated by commas: the first makes tokens and seals, all are accepted. To rotate without logging anyone out:

1. deploy \`SECRET="old,new"\` everywhere, so that every instance knows the new version;
2. deploy \`SECRET="new,old"\`: new tokens and seals use it, and signing keys are re-sealed by themselves;
3. after \`REFRESH_TOKEN_SECONDS\`, when no refresh token of the old version lives, deploy \`SECRET="new"\`.

Outside production a missing \`SECRET\` is made and kept in \`DATA_DIRECTORY\`.

## Rate limits

Limits are counted in the process (on Workers, in the isolate) and are not shared between instances yet.

## On Workers

The database comes from the \`HYPERDRIVE\` binding; create it with query caching off, since a cached read would outlive a
revocation. \`PORT\`, \`DATA_DIRECTORY\` and \`DATABASE_URL\` mean nothing there.
`

const defaultOf = (setting: z.ZodType): string => {
  const parsed = setting.safeParse(undefined)
  return parsed.success && parsed.data !== undefined ? `\`${parsed.data}\`` : ''
}

/** docs/configuration.md as the schema would have it. */
export const describeConfiguration = (): string => {
  const rows = Object.entries(settings).map(
    ([name, setting]) => `| \`${name}\` | ${defaultOf(setting)} | ${setting.description ?? ''} |`,
  )
  return `${introduction}${rows.join('\n')}\n${notes}`
}

if (import.meta.main) await Bun.write(file, describeConfiguration())
