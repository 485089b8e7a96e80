import { NativeSelect } from '@mantine/core'
import { chooseMature, matureChoices, useMatureChoice } from './mature-choice'

/** Sets what is done with pictures above PG, here and in this browser from now on. */
export function MatureSelect() {
  const choice = useMatureChoice()
  return (
    <NativeSelect
      label="Mature pictures"
      value={choice}
      data={matureChoices.map(([value, label]) => ({ value, label }))}
      onChange={(event) => {
        const picked = matureChoices.find(([value]) => value === event.currentTarget.value)
        if (picked) chooseMature(picked[0])
      }}
    />
  )
}
