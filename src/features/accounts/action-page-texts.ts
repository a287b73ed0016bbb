import { passwordFaultMessages } from './password-policy'

/** Every word of the pages that links in mails open; a translation is another object of this shape. */
export const actionPageTexts = {
  verifyEmail: {
    title: 'Prove your e-mail address',
    intro: 'Press the button to show that this address is yours.',
    button: 'This is my address',
    done: 'Thank you. Your address is proved; you can log in now.',
  },
  resetPassword: {
    title: 'Choose a new password',
    intro: 'A new password ends every session of your account, on every device.',
    button: 'Change my password',
    done: 'Your password is changed and every session has ended. Log in with it.',
  },
  logIn: {
    title: 'Log in',
    intro: 'Press the button to log in on this device. If you did not ask for this link, close the page.',
    button: 'Log me in',
    done: 'You are logged in as {email}.',
  },
  confirmEmail: {
    title: 'Confirm your new e-mail address',
    intro: 'Press the button to use this address for your account.',
    button: 'Use this address',
    done: 'Your account now uses {email}.',
  },
  unlock: {
    title: 'Open log-ins again',
    intro: 'Press the button to let new devices log in to your account again.',
    button: 'Open log-ins',
    done: 'Log-ins to your account are open again.',
    over: 'This link was used or has expired. Try to log in; if that does not work yet, ask for a new password.',
  },
  cancelErasure: {
    title: 'Keep your account',
    intro: 'Your account is closed and will be erased. Press the button to keep it.',
    button: 'Keep my account',
    done: 'Your account is open again. Every session has ended; log in as before.',
    over: 'This link was used or came too late. If your account is not erased yet, try to log in.',
  },
  collectExport: {
    title: 'Fetch your data',
    intro: 'Press the button to save the archive of your data. It can be fetched once, so do it where it may stay.',
    button: 'Save my data',
    done: 'Your data is saved. The archive is deleted here.',
    over: 'This link was used or has expired. Ask for a new copy of your data in your account.',
  },
  acceptInvitation: {
    title: 'Join an organization',
    intro: 'Press the button to join, with the account that you are signed in with here.',
    button: 'Join',
    done: 'You belong to {name} now.',
    over: 'This invitation was used, taken back, renewed by a newer mail, or has expired. Ask for a new one.',
    endings: {
      unauthenticated:
        'Log in first, or register, with the address that this invitation was sent to. Then open the link again.',
      invalid_access_token:
        'Log in first, or register, with the address that this invitation was sent to. Then open the link again.',
      session_revoked: 'Your session has ended. Log in again, and then open the link again.',
      invitation_for_another:
        'This invitation was sent to another address than your account’s. Log in with the account of that address, and open the link again.',
      email_unverified:
        'Prove the address of your account first, by the link in our other mail. Then open this one again.',
    },
  },
  secondFactor: {
    title: 'One more step',
    intro: 'Your account has a second factor.',
    enrol: 'Your account needs a second factor. Set one up to go on.',
    scan: 'Scan this with an authenticator app, then type the code that it shows.',
    secret: 'Can’t scan? Type this into the app:',
    label: 'Code from your app, or a recovery code',
    button: 'Continue',
    passkey: 'Use a passkey',
    noPasskey: 'No passkey was used.',
    done: 'You are logged in as {email}.',
    over: 'This log-in was finished, or took too long. Log in again.',
    failed: 'That did not work. Try again in a moment.',
    offline: 'There was no answer. Check your connection and try again.',
  },
  password: { label: 'New password', hint: passwordFaultMessages.password_too_short, show: 'Show password' },
  needsScript: 'This page needs JavaScript.',
  progress: {
    incomplete: 'This link is not complete. Copy all of it from the mail.',
    sending: 'One moment…',
    offline: 'There was no answer. Check your connection and try again.',
    limited: 'Too many tries. Try again {when}.',
    failed: 'That did not work. Try again {when}.',
  },
  /** By the code of the problem that makes the link useless. */
  endings: {
    invalid_email_token:
      'This link was used, has expired, or was replaced by a newer one. Ask for a new link where you log in.',
    email_taken: 'Another account uses this address now. Choose a different one.',
  },
}
