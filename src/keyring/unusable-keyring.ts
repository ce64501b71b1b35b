/** One line that names the keyring and the remedy, and nothing of what is in it. */
export class UnusableKeyring extends Error {}
