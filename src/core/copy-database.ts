import type { Database } from '#db/database'

/** What is read of a table: a select of all its rows, and the columns that put them in order. */
export interface CopySource {
  /** Schema and name, quoted. */
  table: string
  /** Quoted, in the order in which they are written. */
  columns: readonly string[]
  /** Quoted columns of the primary key, each with whether it is text, which sorts by bytes then. */
  order: readonly { column: string; type: string; isText: boolean }[]
}

/** One connection inside one transaction, which can also copy tables as streams. */
export interface CopyConnection {
  db: Database
  /** Rows of `COPY … TO` in text format, in pieces that end wherever they end. */
  copyOut(source: CopySource): AsyncIterable<Uint8Array>
  /** Writes rows of that format. @param pieces each of whole lines */
  copyIn(target: Pick<CopySource, 'table' | 'columns'>, pieces: AsyncIterable<Uint8Array>): Promise<void>
}

/** A database that can be copied, opened by one command for itself. */
export interface CopyDatabase {
  /**
   * Runs `work` on one snapshot that nothing changes, or in one transaction that writes. Commits when it resolves.
   * @param before runs first, where no snapshot is taken yet: locks belong there
   */
  transaction<Result>(
    mode: 'read' | 'write',
    work: (connection: CopyConnection) => Promise<Result>,
    before?: (db: Database) => Promise<void>,
  ): Promise<Result>
  /** Outside of a transaction, for scripts that have their own. */
  db: Database
  close(): Promise<void>
}
