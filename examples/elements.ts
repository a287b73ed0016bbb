/** The element of this id and kind; the page has it. */
export const element = <Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind => {
  const found = document.getElementById(id)
  if (!(found instanceof kind)) throw new Error(`The page has no #${id} of that kind.`)
  return found
}

export const section = (id: string) => element(id, HTMLElement)

/** What is typed into a field of a form. */
export const typed = (form: HTMLFormElement, name: string): string => String(new FormData(form).get(name) ?? '')

const tell = (id: string, text: string) => {
  for (const line of ['news', 'alarm']) section(line).textContent = ''
  section(id).textContent = text
  section(id).focus()
}

/** Tells what happened, or what went wrong; a screen reader says it too. */
export const announce = (text: string): void => tell('news', text)
export const alarm = (error: unknown): void => {
  if (error instanceof DOMException && ['AbortError', 'NotAllowedError'].includes(error.name)) return
  tell('alarm', error instanceof Error ? error.message : String(error))
}

/** Runs what a click or a submitted form asks for, and tells what went wrong. */
export const onClick = (id: string, work: () => Promise<void>): void => {
  section(id).addEventListener('click', () => void work().catch(alarm))
}
export const onSubmit = (id: string, work: (form: HTMLFormElement) => Promise<void>): void => {
  const form = element(id, HTMLFormElement)
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void work(form).catch(alarm)
  })
}

/** Fills a list: a name and a button that removes it. */
export const fillList = (
  id: string,
  items: { id: string; name: string; detail: string }[],
  remove: (id: string) => Promise<void>,
): void => {
  section(id).replaceChildren(
    ...items.map(({ id: itemId, name, detail }) => {
      const item = document.createElement('li')
      const button = document.createElement('button')
      button.textContent = 'Remove'
      button.ariaLabel = `Remove ${name}`
      button.addEventListener('click', () => void remove(itemId).catch(alarm))
      item.append(`${name} · ${detail} `, button)
      return item
    }),
  )
}
