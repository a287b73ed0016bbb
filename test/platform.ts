import { type Config, parseConfig } from '#core/config'
import { type Actor, type Context, newAdmission } from '#core/context'
import type { TxtAnswer } from '#core/dns'
import type { Clock, JobPlatform, Mail, PasswordHasher, Platform, RandomSource } from '#core/platform'
import { noTelemetry } from '#core/telemetry'
import { createAvatarRenderer } from '#platform/avatar-renderer'
import { createBackground } from '#platform/background'
import { createImageCodecs } from '#platform/image-codecs'
import { compileImageModules } from '#platform/image-modules'
import { createMemoryLimiter, unlimited } from '#platform/memory-limiter'
import { createOutageMeter } from '#platform/outage-meter'
import { createPasskeyVerifier } from '#platform/passkey-verifier'
import { openQueue } from '#platform/pg-boss'
import { createProviderCaller } from '#platform/provider-caller'
import { createIds } from '#platform/system'
import { app } from '../src/app'
import { sampleMail } from '../src/features/notifications/templates/sample-mail'
import { createJobWorker } from '../src/job-worker'
import { profileSchema } from '../src/profile-schema'
import { type Answer, type Call, toAnswer, toRequest, userAgent } from './platform/calls'
import { type Told, tellTo } from './platform/captured-events'
import { holdToDeclaration } from './platform/declared-answers'
import { defaultSettings } from './platform/default-settings'
import { createKeptRefusals } from './platform/kept-refusals'
import { createMemoryBlobs, type MemoryBlobs } from './platform/memory-blobs'
import { createReadableHasher, createSeededRandom } from './platform/stand-ins'
import { logStatements } from './platform/statement-log'
import { emptyTestDatabase, testDatabase } from './platform/test-database'
import { type TestDatabase, withBuilder } from './platform/with-builder'

export type TestSettings = Partial<Record<keyof Config, string>>

export interface SentMail extends Mail {
  idempotencyKey: string
}

/** What one world holds, however many instances run in it. */
interface Surroundings extends Told {
  db: TestDatabase
  clock: Clock
  random: RandomSource
  /** Everything that was put into the blob store and not deleted. */
  blobs: MemoryBlobs
  /** What DNS has, by name; others it does not know. */
  zone: Map<string, TxtAnswer>
  passwords: PasswordHasher
  /** Every mail that was sent, oldest first. */
  outbox: SentMail[]
  /** The text of each SQL statement that ran. */
  statements: string[]
  /** How many password hashes were computed. */
  hashes: { count: number }
  /** How long answers were held back, in milliseconds; nobody waits here. */
  waits: number[]
  /** Moves the clock, which otherwise stands still. */
  advance(seconds: number): void
}

/** One instance of the product with everything around it in our hands. */
export interface World extends Surroundings {
  platform: Platform & JobPlatform
  config: Config
  /** Sends a request such as `GET /v1/me`. Throws when the answer is not one that its route declares. */
  send(route: string, call?: Call): Promise<Answer>
  /** Resolves when the work behind the answers is done, and no job is due. */
  settle(): Promise<void>
  /** A context for calling a verb directly. */
  contextOf(actor: Actor): Context
  /** Another instance in the same world, with settings and parts of its own; it remembers nothing. */
  startAnother(settings?: TestSettings, parts?: Partial<Platform & JobPlatform>): World
}

export const start = new Date('2026-11-22T12:00:00.000Z')
export const address = '203.0.113.7'
/** Where it is. */
export const place = 'Lutetia, Gallia, FR'

/** What the platform of the tests takes for a solved challenge, */
export const solvedChallenge = 'solved'
/** and for a password that everybody uses. */
export const commonPassword = 'correct horse'

const surround = (): Surroundings => {
  let now = start
  const hashes = { count: 0 }
  const statements: string[] = []
  return {
    db: withBuilder(logStatements(testDatabase, statements)),
    clock: { now: () => now },
    advance: (seconds) => {
      now = new Date(now.getTime() + seconds * 1000)
    },
    random: createSeededRandom(1815),
    blobs: createMemoryBlobs(),
    zone: new Map(),
    passwords: createReadableHasher(hashes),
    outbox: [],
    logs: [],
    reports: [],
    statements,
    hashes,
    waits: [],
  }
}

const jobs = openQueue(testDatabase)
const codecs = createImageCodecs(await compileImageModules())

const startInstance = (
  surroundings: Surroundings,
  settings: TestSettings,
  parts: Partial<Platform & JobPlatform> = {},
): World => {
  const parsed = parseConfig({ ...defaultSettings, ...settings })
  if (!parsed.ok) throw new Error(parsed.faults.join('\n'))
  const { config } = parsed
  const { db, clock, random, blobs, passwords, outbox } = surroundings
  const [told, ids] = [tellTo(surroundings), createIds(clock, random)]
  const background = createBackground(told.log)
  const { refusals, writeRefusals } = createKeptRefusals()
  const limiter = config.RATE_LIMITS === 'on' ? createMemoryLimiter(clock) : unlimited
  const platform: Platform & JobPlatform = {
    config,
    jobs,
    db,
    clock,
    random,
    blobs: blobs.open(config, clock),
    dns: { txt: async (name) => surroundings.zone.get(name) ?? { outcome: 'absent' } },
    passwords,
    ids,
    telemetry: noTelemetry,
    ...told,
    limiter,
    counters: limiter,
    mailer: {
      send: async (mail, idempotencyKey) => {
        outbox.push({ ...mail, idempotencyKey })
        return { state: 'sent', providerId: null }
      },
    },
    localLimiter: createMemoryLimiter(clock),
    floodFilter: async () => true,
    captcha: { verify: async (token) => (token === solvedChallenge ? 'solved' : 'unsolved') },
    outages: createOutageMeter(clock),
    refusals,
    wait: async (milliseconds) => void surroundings.waits.push(milliseconds),
    commonPasswords: { has: async (password) => password === commonPassword },
    passkeys: createPasskeyVerifier(),
    images: createAvatarRenderer(codecs),
    outside: { get: async () => ({ ok: false, fault: 'unreachable' }) },
    providers: createProviderCaller(config, clock),
    breaches: { find: async () => 'absent' },
    previews: { render: async (template, locale) => sampleMail(template, locale) },
    pokeJobs: () => {},
    background: background.run,
    remoteAddress: () => address,
    placeOf: () => place,
    profileSchema,
    ...parts,
  }
  return {
    ...surroundings,
    platform,
    config,
    send: async (route, call = {}) => {
      const request = toRequest(config.BASE_URL, route, call)
      const answer = await toAnswer(await app.fetch(request, platform))
      holdToDeclaration(request.method, new URL(request.url).pathname, answer)
      return answer
    },
    settle: async () => {
      await background.settled()
      await writeRefusals(testDatabase)
      const worker = createJobWorker(platform)
      worker.wake()
      await worker.settled()
    },
    contextOf: (actor) => {
      const request = { id: ids.next(), ipAddress: address, userAgent, place, traceparent: null }
      return {
        ...platform,
        actor,
        request: { ...request, network: address, deviceToken: null },
        admission: newAdmission(),
      }
    },
    startAnother: (others = {}, replaced = {}) => startInstance(surroundings, { ...settings, ...others }, replaced),
  }
}

/** Opens a world with an empty database, a clock that stands still, and one instance. */
export const openWorld = async (settings: TestSettings = {}): Promise<World> => {
  await emptyTestDatabase()
  return startInstance(surround(), settings)
}
