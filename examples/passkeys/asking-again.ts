import { isProblem } from 'postern/client'
import { element, onClick, section, typed } from '../elements'
import { stepUp, stepUpWithPasskey } from './session'

const dialog = () => element('step-up', HTMLDialogElement)

/** Asks who it is, until that was shown or the person gives up. */
const askAgain = (): Promise<boolean> =>
  new Promise((resolve) => {
    const form = dialog().querySelector('form')
    if (!form) throw new Error('The dialog has no form.')
    const settle = (isShown: boolean) => {
      dialog().close()
      form.reset()
      section('step-up-alarm').textContent = ''
      resolve(isShown)
    }
    const attempt = (work: Promise<void>) =>
      void work.then(
        () => settle(true),
        (error: unknown) => {
          section('step-up-alarm').textContent = error instanceof Error ? error.message : String(error)
        },
      )
    form.onsubmit = (event) => {
      event.preventDefault()
      attempt(stepUp(typed(form, 'proof')))
    }
    section('step-up-with-passkey').onclick = () => attempt(stepUpWithPasskey())
    section('step-up-cancel').onclick = () => settle(false)
    dialog().oncancel = () => settle(false)
    dialog().showModal()
  })

/** Does something; where the server wants the person to show again that it is them (RFC 9470), asks and does it then. */
export const askingAgain = async (work: () => Promise<void>): Promise<void> => {
  try {
    await work()
  } catch (error) {
    if (!isProblem(error, 'insufficient_user_authentication')) throw error
    if (await askAgain()) await work()
  }
}

/** A button that does something the server may want more proof for. */
export const onPrivilegedClick = (id: string, work: () => Promise<void>): void => onClick(id, () => askingAgain(work))
