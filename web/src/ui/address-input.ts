/** Of every control that takes an e-mail address. */
export const ADDRESS_INPUT = {
  type: 'email',
  dir: 'ltr',
  autocapitalize: 'none',
  spellcheck: false,
} as const;
