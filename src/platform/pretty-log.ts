import { styleText } from 'node:util'
import type { ErrorDescription } from '#core/describe-error'
import type { LogLevel } from '#core/log-events'
import { type LogFormat, writeFields } from './log'

const colours = { debug: 'gray', info: 'green', warn: 'yellow', error: 'red' } as const satisfies Record<
  LogLevel,
  string
>

type Paint = (style: (typeof colours)[LogLevel] | 'bold' | 'dim', text: string) => string

/** What a line of a request or a job begins with, without its names. */
const headline = ['method', 'route', 'queue', 'status', 'state', 'durationMs']

/** What people seldom look for: shown last. */
const ids = ['requestId', 'traceId', 'spanId', 'jobId']

const toTime = (now: number): string => {
  const [hours, minutes, seconds] = [new Date(now)].flatMap((at) => [at.getHours(), at.getMinutes(), at.getSeconds()])
  return [hours, minutes, seconds].map((part) => String(part).padStart(2, '0')).join(':')
}

const describe = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

const errorLines = ({ type, message, stack }: ErrorDescription): string =>
  [`${type}: ${message}`, ...stack.split('\n')]
    .filter((line) => line !== '')
    .map((line, index) => `\n    ${index === 0 ? '' : '  '}${line}`)
    .join('')

/** Lines for people: when, how bad, what; then whatever else is known, ids at the end. */
export const prettyFormat = (isColoured: boolean): LogFormat => {
  const paint: Paint = (style, text) => (isColoured ? styleText(style, text, { validateStream: false }) : text)
  return (event, now) => {
    const { level, message } = event
    const { err, ...fields }: { err?: ErrorDescription } = JSON.parse(writeFields(event))
    const said = Object.entries<unknown>(fields)
    const heads = headline.flatMap((field) => said.filter(([name]) => name === field))
    const rest = said.filter(([field]) => !headline.includes(field) && !ids.includes(field))
    const last = said.filter(([field]) => ids.includes(field))
    const what = message === 'request' && heads.length > 0 ? [] : [message]
    const title = [...what, ...heads.map(([name, value]) => `${describe(value)}${name === 'durationMs' ? ' ms' : ''}`)]
    return [
      paint('dim', toTime(now)),
      paint(colours[level], level.toUpperCase().padEnd(5)),
      paint('bold', title.join(' ')),
      ...rest.map(([name, value]) => `${paint('dim', `${name}=`)}${describe(value)}`),
      ...last.map(([name, value]) => paint('dim', `${name}=${describe(value)}`)),
    ]
      .join(' ')
      .concat(err ? errorLines(err) : '')
  }
}
