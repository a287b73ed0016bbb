/** What a statement locks of a table that others use, and whom it keeps waiting meanwhile. */
export interface StatementLock {
  mode: string
  table: string
  blocks: 'everybody' | 'writers' | 'nobody'
}

const table = String.raw`((?:"?\w+"?\.)?"?\w+"?)`

/** Postgres's manual, section 13.3.1, and the pages of the commands. The first that fits counts. */
const kinds: [statement: RegExp, mode: string, blocks: StatementLock['blocks']][] = [
  [
    new RegExp(`^create (?:unique )?index concurrently .*? on (?:only )?${table}`, 'is'),
    'SHARE UPDATE EXCLUSIVE',
    'nobody',
  ],
  [new RegExp(`^drop index concurrently (?:if exists )?${table}`, 'is'), 'SHARE UPDATE EXCLUSIVE', 'nobody'],
  [new RegExp(`^create (?:unique )?index .*? on (?:only )?${table}`, 'is'), 'SHARE', 'writers'],
  [new RegExp(`^alter table ${table} validate constraint`, 'is'), 'SHARE UPDATE EXCLUSIVE', 'nobody'],
  [new RegExp(`^alter table ${table} add constraint \\S+ foreign key`, 'is'), 'SHARE ROW EXCLUSIVE', 'writers'],
  [new RegExp(`^alter table (?:if exists |only )*${table}`, 'is'), 'ACCESS EXCLUSIVE', 'everybody'],
  [new RegExp(`^drop table (?:if exists )?${table}`, 'is'), 'ACCESS EXCLUSIVE', 'everybody'],
  [new RegExp(`^truncate (?:table )?${table}`, 'is'), 'ACCESS EXCLUSIVE', 'everybody'],
  [new RegExp(`^drop index (?:if exists )?${table}`, 'is'), 'ACCESS EXCLUSIVE', 'everybody'],
  [new RegExp(`^create trigger .*? on ${table}`, 'is'), 'SHARE ROW EXCLUSIVE', 'writers'],
  [new RegExp(`^(?:insert into|update|delete from) ${table}`, 'is'), 'ROW EXCLUSIVE', 'nobody'],
]

const references = new RegExp(` references ${table}`, 'is')
const creates = new RegExp(`^create table (?:if not exists )?${table}`, 'is')

/** A table by its name alone. */
const nameOf = (written: string) => written.replaceAll('"', '').replace(/^public\./, '')

const withoutComments = (text: string) => text.replaceAll(/^\s*--.*\n?/gm, '').trim()

/** The table that a statement makes. */
export const findCreatedTable = (text: string): string | undefined => {
  const [, written] = creates.exec(withoutComments(text)) ?? []
  return written === undefined ? undefined : nameOf(written)
}

/** The locks of a statement, as far as its beginning tells; none where it is not one of the usual. */
export const listLocks = (text: string): StatementLock[] => {
  const plain = withoutComments(text)
  const [, referenced] = references.exec(plain) ?? []
  const other: StatementLock[] =
    referenced === undefined ? [] : [{ mode: 'SHARE ROW EXCLUSIVE', table: nameOf(referenced), blocks: 'writers' }]
  for (const [statement, mode, blocks] of kinds) {
    const [, written] = statement.exec(plain) ?? []
    if (written !== undefined) return [{ mode, table: nameOf(written), blocks }, ...other]
  }
  return other
}
