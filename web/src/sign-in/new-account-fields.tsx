import { PasswordInput, TextInput } from '@mantine/core'

/** What makes an account. */
export interface NewAccountFields {
  username: string
  email: string
  password: string
}

export const noFields: NewAccountFields = { username: '', email: '', password: '' }

/** The fields of a form that makes an account; their bounds are the hub's own. */
export function AccountFields({
  value,
  onChange,
}: {
  value: NewAccountFields
  onChange: (value: NewAccountFields) => void
}) {
  return (
    <>
      <TextInput
        label="Username"
        description="1 to 64 letters, digits, dots, hyphens and underscores"
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        pattern="[A-Za-z0-9_.\-]+"
        title="Letters, digits, dots, hyphens and underscores"
        maxLength={64}
        required
        value={value.username}
        onChange={(event) => onChange({ ...value, username: event.currentTarget.value })}
      />
      <TextInput
        label="E-mail address"
        name="email"
        type="email"
        autoComplete="email"
        maxLength={254}
        required
        value={value.email}
        onChange={(event) => onChange({ ...value, email: event.currentTarget.value })}
      />
      <NewPasswordInput
        label="Password"
        value={value.password}
        onChange={(password) => onChange({ ...value, password })}
      />
    </>
  )
}

/** A password that is to be. */
export function NewPasswordInput({
  label,
  value,
  onChange,
}: {
  label: string
  value: string
  onChange: (password: string) => void
}) {
  return (
    <PasswordInput
      label={label}
      description="8 characters or more"
      name="new-password"
      autoComplete="new-password"
      minLength={8}
      maxLength={128}
      required
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}
