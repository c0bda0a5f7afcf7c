/** Texts of sign-in by mail links, the own account, people, roles and the system page. */
export const identity = {
  forgot: {
    title: 'Forgotten your password?',
    hint: 'Enter your email address. We mail you a link to set a new password.',
    submit: 'Mail me a link',
    sentTitle: 'Look into your mail',
    sentHint: 'If there is an account for {{email}}, a link is on its way.',
    sentMore:
      'The link works once and for 30 minutes. Nothing there? Look into the spam folder, then try again.',
    again: 'Try another address',
  },
  reset: {
    title: 'Set a new password',
    hint: 'Every device that is signed in with the old one is signed out.',
    submit: 'Set password',
    invalidTitle: 'This link no longer works',
    invalidHint: 'It has expired, was used already, or a newer one was sent.',
    another: 'Ask for a new link',
  },
  invite: {
    loading: 'Your invitation',
    title: 'Welcome, {{name}}',
    hint: 'Choose a password for {{email}} and your account is ready.',
    submit: 'Create my account',
    until: 'This invitation is good until {{time}}.',
    invalidTitle: 'This invitation no longer works',
    invalidHint: 'It has expired, was used already, or was withdrawn. Ask the administrator who invited you.',
  },
  password: {
    new: 'New password',
    current: 'Current password',
    showNew: 'Show new password',
    hideNew: 'Hide new password',
    met: 'Done:',
    open: 'Still missing:',
    strength: { none: 'Strength', weak: 'Not enough', enough: 'Enough', good: 'Good', strong: 'Strong' },
    hint: {
      length: 'At least {{count}} characters; a sentence is easy to keep in mind',
      variety: 'More than a few characters repeated',
      notYou: 'Not mainly your name or email',
      notUs: 'Not built on words such as password or ticket',
    },
  },
};
