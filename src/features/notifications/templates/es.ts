import { esDataRights } from './es-data-rights'
import { esOrganizations } from './es-organizations'
import { esStaff } from './es-staff'
import { areFew, brand, durationsIn, type MailTexts } from './mail-texts'

const { hours, minutes } = durationsIn('es')

const wasMe = 'Si ha sido usted, no tiene que hacer nada.'
const notMyLink = 'Si no ha sido usted, no haga nada y no abra el enlace.'
const secureAccount = 'Si no ha sido usted, cambie ahora su contraseña y cierre todas las demás sesiones.'
const wasMeUsingCode = 'Si ha sido usted, todo está en orden.'
const secureCodes =
  'Si no ha sido usted, cambie ahora su contraseña, genere nuevos códigos de recuperación y cierre todas las demás sesiones. Si no puede iniciar sesión, póngase en contacto con nosotros de inmediato.'

const app = (name: string) => (name ? `la aplicación de autenticación «${name}»` : 'una aplicación de autenticación')
const passkey = (name: string) => (name ? `la llave de acceso «${name}»` : 'una llave de acceso')
const outside = (provider: string) => `una cuenta de ${provider || 'otro proveedor'}`
const codesLeft = (count: string) =>
  count
    ? [
        `Códigos de recuperación restantes: ${count}.${areFew(count) ? ' Genere códigos nuevos antes de necesitarlos.' : ''}`,
      ]
    : []

export const es: MailTexts = {
  greeting: (name) => (name ? `Hola, ${name}:` : 'Hola:'),
  aboveLink: 'Si el botón no funciona, abra este enlace:',
  colon: ': ',
  cause: {
    heading: 'Datos de la solicitud',
    browser: 'Navegador',
    ipAddress: 'Dirección IP',
    time: 'Fecha y hora',
    unknown: 'no disponible',
  },
  templates: {
    'verify-email': {
      subject: 'Confirme su dirección de correo electrónico',
      opening: (values) => [
        `Alguien se ha registrado en ${brand} con esta dirección. Si ha sido usted, abra el enlace en un plazo de ${hours(values.hours)} para confirmar que la dirección es suya.`,
      ],
      button: 'Confirmar esta dirección',
      closing: [notMyLink],
    },
    'already-registered': {
      subject: 'Ya tiene una cuenta',
      opening: () => [
        `Alguien ha intentado registrarse en ${brand} con su dirección, pero ya hay una cuenta con ella.`,
        'Si ha sido usted, inicie sesión o, si ya no recuerda su contraseña, restablézcala.',
      ],
      closing: ['Si no ha sido usted, no tiene que hacer nada: su cuenta no ha cambiado.'],
    },
    'reset-password': {
      subject: 'Restablezca su contraseña',
      opening: (values) => [
        `Alguien ha pedido restablecer la contraseña de su cuenta de ${brand}. Si ha sido usted, abra el enlace en un plazo de ${minutes(values.minutes)} para elegir una nueva.`,
      ],
      button: 'Elegir una contraseña nueva',
      closing: ['Si no ha sido usted, no haga nada: su contraseña sigue siendo la misma.'],
    },
    'log-in': {
      subject: `Inicie sesión en ${brand}`,
      opening: (values) => [
        `Alguien ha pedido iniciar sesión en su cuenta de ${brand}. Si ha sido usted, abra el enlace en un plazo de ${minutes(values.minutes)}.`,
      ],
      button: 'Iniciar sesión',
      beforeCode: 'O escriba este código donde ha pedido iniciar sesión:',
      afterCode: 'No dé nunca el enlace ni el código a nadie. Nosotros nunca se los pediremos.',
      closing: ['Si no ha sido usted, no haga nada: nadie ha iniciado sesión.'],
    },
    'confirm-email': {
      subject: 'Confirme su nueva dirección de correo electrónico',
      opening: (values) => [
        `Alguien ha pedido usar ${values.newEmail} para una cuenta de ${brand}. Si ha sido usted, abra el enlace en un plazo de ${hours(values.hours)} para confirmar la dirección.`,
      ],
      button: 'Confirmar esta dirección',
      closing: [notMyLink],
    },
    'email-change-requested': {
      subject: 'Solicitud de cambio de su dirección de correo electrónico',
      opening: ({ newEmail }) => [
        `Alguien ha pedido cambiar la dirección de correo electrónico de su cuenta de ${brand} por ${newEmail}. Cambiará en cuanto se confirme la nueva dirección.`,
      ],
      closing: ['Si ha sido usted, aquí no tiene que hacer nada.', secureAccount],
    },
    'email-changed': {
      subject: 'Se ha cambiado su dirección de correo electrónico',
      opening: ({ newEmail }) => [
        `La dirección de correo electrónico de su cuenta de ${brand} se ha cambiado por ${newEmail}.`,
      ],
      closing: [
        wasMe,
        'Si no ha sido usted, inicie sesión con la nueva dirección, cambie su contraseña y cierre todas las demás sesiones. Si no puede iniciar sesión, póngase en contacto con nosotros de inmediato.',
      ],
    },
    'password-changed': {
      subject: 'Se ha cambiado su contraseña',
      opening: () => [`Se ha cambiado la contraseña de su cuenta de ${brand}.`],
      closing: [wasMe, 'Si no ha sido usted, restablezca ahora su contraseña y cierre todas las demás sesiones.'],
    },
    'account-locked': {
      subject: 'Los inicios de sesión en su cuenta están en pausa',
      opening: (values) => [
        `Varios intentos de iniciar sesión en su cuenta de ${brand} han fallado, así que durante un tiempo no se podrá entrar desde dispositivos nuevos. Los dispositivos en los que ya había iniciado sesión no se ven afectados. Si ha sido usted, abra el enlace en un plazo de ${minutes(values.minutes)} para volver a intentarlo enseguida.`,
      ],
      button: 'Volver a permitir el acceso',
      closing: [
        'Si no ha sido usted, nadie ha entrado y no tiene que hacer nada. Si usa su contraseña también en otros sitios, elija una nueva.',
      ],
    },
    'new-device': {
      subject: 'Nuevo inicio de sesión en su cuenta',
      opening: () => [
        `Alguien ha iniciado sesión en su cuenta de ${brand} desde un dispositivo que no habíamos visto antes.`,
      ],
      closing: [wasMe, secureAccount],
    },
    'totp-added': {
      subject: 'Se ha añadido una aplicación de autenticación a su cuenta',
      opening: ({ detail }) => [
        `Se ha añadido ${app(detail)} a su cuenta de ${brand}. A partir de ahora, al iniciar sesión se pedirá un código de esa aplicación.`,
      ],
      closing: [
        wasMe,
        'Si no ha sido usted, elimine ahora la aplicación, cambie su contraseña y cierre todas las demás sesiones. Si no puede iniciar sesión, póngase en contacto con nosotros de inmediato.',
      ],
    },
    'totp-removed': {
      subject: 'Se ha eliminado una aplicación de autenticación',
      opening: ({ detail }) => [
        `Se ha eliminado ${app(detail)} de su cuenta de ${brand}. Los códigos de esa aplicación ya no son válidos.`,
      ],
      closing: [wasMe, secureAccount],
    },
    'passkey-added': {
      subject: 'Se ha añadido una llave de acceso a su cuenta',
      opening: ({ detail }) => [
        `Se ha añadido ${passkey(detail)} a su cuenta de ${brand}. Quien la tenga puede iniciar sesión sin la contraseña.`,
      ],
      closing: [
        wasMe,
        'Si no ha sido usted, elimine ahora la llave de acceso, cambie su contraseña y cierre todas las demás sesiones. Si no puede iniciar sesión, póngase en contacto con nosotros de inmediato.',
      ],
    },
    'passkey-removed': {
      subject: 'Se ha eliminado una llave de acceso de su cuenta',
      opening: ({ detail }) => [
        `Se ha eliminado ${passkey(detail)} de su cuenta de ${brand}. Ya nadie puede iniciar sesión con ella.`,
      ],
      closing: [wasMe, secureAccount],
    },
    'identity-linked': {
      subject: 'Se ha vinculado otro proveedor a su cuenta',
      opening: ({ detail }) => [
        `Se ha vinculado a su cuenta de ${brand} ${outside(detail)}. Quien tenga acceso a esta última puede iniciar sesión en ${brand} sin la contraseña.`,
      ],
      closing: [
        wasMe,
        'Si no ha sido usted, desvincule ahora esa cuenta, cambie su contraseña y cierre todas las demás sesiones. Si no puede iniciar sesión, póngase en contacto con nosotros de inmediato.',
      ],
    },
    'identity-unlinked': {
      subject: 'Se ha desvinculado un proveedor de su cuenta',
      opening: ({ detail }) => [
        `Se ha desvinculado de su cuenta de ${brand} ${outside(detail)}. Ya nadie puede iniciar sesión con ella, salvo que se vuelva a vincular.`,
      ],
      closing: [wasMe, secureAccount],
    },
    'recovery-code-used': {
      subject: 'Se ha usado un código de recuperación',
      opening: ({ detail }) => [
        `Se ha usado un código de recuperación de su cuenta de ${brand}. No se puede usar una segunda vez.`,
        ...codesLeft(detail),
      ],
      closing: [wasMeUsingCode, secureCodes],
    },
    'recovery-codes-replaced': {
      subject: 'Se han sustituido sus códigos de recuperación',
      opening: () => [
        `Se han generado nuevos códigos de recuperación para su cuenta de ${brand}. Los anteriores ya no son válidos.`,
      ],
      closing: [wasMe, secureCodes],
    },
    'second-factor-locked': {
      subject: 'El segundo paso del inicio de sesión está en pausa',
      opening: () => [
        `Alguien ha superado el primer paso del inicio de sesión en su cuenta de ${brand}, con la contraseña o con un correo nuestro, y después ha fallado varias veces en el segundo. Por eso, el segundo paso queda en pausa durante un tiempo. Los dispositivos en los que ya había iniciado sesión no se ven afectados.`,
      ],
      closing: [
        'Si ha sido usted, espere un rato y vuelva a intentarlo.',
        'Si no ha sido usted, nadie ha entrado de este modo, pero es probable que alguien conozca su contraseña: cámbiela ahora. Si es posible que otra persona esté leyendo su correo, cambie también la contraseña de su buzón.',
      ],
    },
    ...esDataRights,
    ...esOrganizations,
    ...esStaff,
  },
}
