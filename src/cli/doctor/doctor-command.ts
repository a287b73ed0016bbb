import { readEnvironment } from '#platform/environment'
import { judgeDoor } from '../../features/doctor/judge-door'
import { judgeInside } from '../../features/doctor/judge-inside'
import {
  doorNames,
  found,
  insideNames,
  mergeVerdicts,
  skipAll,
  type Verdict,
  verdictOf,
} from '../../features/doctor/verdict'
import { publishedBeforeSeconds } from '../../features/sessions/key-schedule'
import { type Call, type Command, Misuse, type Outcome } from '../command'
import { describeVerdicts } from './describe-verdicts'
import { examineHere, type Here } from './examine-here'
import { probeDoor } from './probe-door'

/** What the settings of here show; nothing where the server is asked alone. */
const lookHere = async (call: Call): Promise<{ verdicts: Verdict[]; here: Here | undefined }> => {
  const notHere = insideNames.filter((name) => name !== 'settings-refused')
  if (call.isOn('remote'))
    return { verdicts: skipAll(insideNames, 'the server was asked alone (--remote)'), here: undefined }
  const parsed = readEnvironment(process.env)
  if (!parsed.ok) {
    const refused = found('settings-refused', parsed.faults.join('\n'))
    return { verdicts: [refused, ...skipAll(notHere, 'the settings are refused')], here: undefined }
  }
  const here = await examineHere(parsed.config, call.find('dkim-selector'))
  return { verdicts: [verdictOf('settings-refused', undefined), ...here.verdicts], here }
}

const readUrl = (text: string | undefined): string | undefined => {
  if (text === undefined) return undefined
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text
  throw new Misuse('--url is an address such as https://id.example.com.')
}

/** What the address shows, and what the server says of itself if it knows the operator. */
const lookFromOutside = async (url: string, here: Here | undefined): Promise<Verdict[]> => {
  const door = await probeDoor(url, {
    token: here ? here.config.OPERATOR_TOKEN : process.env.OPERATOR_TOKEN || undefined,
    allowedOrigin: here?.config.CORS_ORIGINS[0],
  })
  const inside = door.checkup?.facts
  return [
    ...judgeDoor(door, {
      publishedBeforeSeconds,
      dueKeys: inside?.keys?.due ?? here?.inside?.keys?.due,
      baseUrl: inside?.settings.baseUrl ?? here?.config.BASE_URL,
    }),
    ...(inside ? judgeInside(inside) : []),
  ]
}

const runDoctor = async (call: Call): Promise<Outcome> => {
  const url = readUrl(call.find('url'))
  if (url === undefined && call.isOn('remote')) throw new Misuse('--remote wants --url.')
  const { verdicts, here } = await lookHere(call)
  const outside = url === undefined ? skipAll(doorNames, 'there is no --url') : await lookFromOutside(url, here)
  return describeVerdicts(mergeVerdicts([...outside, ...verdicts]), call.isOn('verbose'))
}

/** Proves a deployment. */
export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'prove a deployment, from inside and by --url from outside; say what is wrong and what to do',
  options: {
    url: { summary: 'look at it from outside too, with OPERATOR_TOKEN also through its own eyes', value: 'address' },
    remote: { summary: 'look with --url alone, and at no other setting of here than OPERATOR_TOKEN' },
    'dkim-selector': {
      summary: 'the name of the key that mail is signed with, where it is not Resend’s',
      value: 'name',
    },
    verbose: { summary: 'list what is good and what was skipped, and why' },
  },
  run: runDoctor,
}
