import { type Database, type Driver, openDatabase } from '#db/database'

/** The same database; the text of each statement that goes through it is appended to `texts`. */
export const logStatements = (db: Database, texts: string[]): Database => {
  const driverOf = (inner: Database): Driver => ({
    run: (text, values, rows) => {
      texts.push(text)
      return inner.run(text, values, rows)
    },
    script: (text) => {
      texts.push(text)
      return inner.script(text)
    },
    begin: (work) => inner.transaction((tx) => work(driverOf(tx))),
  })
  return openDatabase(driverOf(db))
}
