import { hostname } from 'node:os'
import type { Config } from '#core/config'
import { describeError } from '#core/describe-error'
import type { LogEvent } from '#core/log-events'
import type { Platform } from '#core/platform'
import { createLog, jsonFormat } from './log'
import { openLogFile } from './log-file'
import { prettyFormat } from './pretty-log'
import { systemClock } from './system'

const mebibyte = 1024 * 1024

export interface OpenLog {
  log: Platform['log']
  /** Resolves when every line is where it belongs. */
  close(): Promise<void>
}

/** Colours are for a terminal that shows them, and for people who want them (no-color.org). */
const isColoured = (): boolean => process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb'

/**
 * Opens the log of a process: lines for people in development and for programs elsewhere and, with LOG_FILE, always for programs
 * in that file too.
 * @param print where lines go
 */
export const openBunLog = (config: Config, print = (line: string) => console.log(line)): OpenLog => {
  const { LOG_LEVEL: least, LOG_FILE: path, ENVIRONMENT } = config
  const json = jsonFormat({ pid: process.pid, hostname: hostname() })
  const isPretty = (config.LOG_FORMAT ?? (ENVIRONMENT === 'development' ? 'pretty' : 'json')) === 'pretty'
  const shown = createLog(systemClock, least, print, isPretty ? prettyFormat(isColoured()) : json)
  if (path === undefined) return { log: shown, close: async () => {} }
  const file = openLogFile({
    path,
    mostBytes: config.LOG_FILE_MEGABYTES * mebibyte,
    kept: config.LOG_FILE_COUNT,
    // Said where it can be: what the file refuses would wait for it.
    onTrouble: (trouble) =>
      shown(
        'error' in trouble
          ? { level: 'error', message: 'the log file can’t be written', cause: describeError(trouble.error) }
          : { level: 'error', message: 'log lines were lost', count: trouble.lost },
      ),
  })
  const kept = createLog(systemClock, least, file.write, json)
  return {
    log: (event: LogEvent) => {
      shown(event)
      kept(event)
    },
    close: file.close,
  }
}
