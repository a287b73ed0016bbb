import type { RecordView } from './search-contract'
import { severityOf, writeCef } from './write-cef'

/** “log audit” (RFC 5424, section 6.2.1). */
const facility = 13
const [warning, notice, informational] = [4, 5, 6]

const levelOf = (record: RecordView): number => {
  const severity = severityOf(record)
  if (severity >= 7) return warning
  return severity >= 5 ? notice : informational
}

/** A name as the header may have it: printable ASCII, of a length. */
const toName = (text: string, most: number): string => text.replaceAll(/[^\x21-\x7e]/g, '_').slice(0, most) || '-'

/** A record as a message of syslog (RFC 5424), whose text is CEF. @param host who tells it */
export const writeSyslog = (record: RecordView, host: string): string =>
  [
    `<${facility * 8 + levelOf(record)}>1`,
    record.occurredAt,
    toName(host, 255),
    'postern',
    '-',
    toName(record.type, 32),
    '-',
    writeCef(record),
  ].join(' ')
