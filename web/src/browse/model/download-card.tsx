import { Alert, Button, Paper, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { DownloadIcon, LockIcon } from 'lucide-react'
import { useViewer } from '../../api/viewer'
import { ButtonLink } from '../../parts/links'
import { readableBytes } from '../../parts/quantities'
import type { Model } from '../cards/model'
import { refusalAnswered, refusalKnown } from './download-refusal'
import { needsSignInQuery, versionQuery } from './model-queries'
import { ownAddress } from './own-address'

type Version = Model['modelVersions'][number]

/** The way to a version's file; or why there is none, before one goes it. */
export function DownloadCard({ model, version }: { model: Model; version: Version }) {
  const refusal = useRefusal(model, version)
  const primary = version.files.find((file) => file.primary) ?? version.files[0]
  if (refusal)
    return (
      <Alert color="orange" variant="light" icon={<LockIcon />} title="No download">
        <Stack gap="sm" align="flex-start">
          {refusal.reason}
          {refusal.signIn && (
            <ButtonLink
              to="/login"
              search={{ returnUrl: `/models/${model.id}?modelVersionId=${version.id}`, reason: 'download-auth' }}
              size="xs"
            >
              Sign in
            </ButtonLink>
          )}
        </Stack>
      </Alert>
    )
  if (!version.downloadUrl || !primary) return null
  return (
    <Paper withBorder p="md">
      <Button
        component="a"
        href={ownAddress(version.downloadUrl)}
        download
        fullWidth
        size="md"
        leftSection={<DownloadIcon size={20} />}
      >
        Download ({readableBytes(primary.sizeKB * 1024)})
      </Button>
      <Text size="xs" c="dimmed" mt={6} dir="auto" ta="center">
        {primary.name}
      </Text>
    </Paper>
  )
}

/** What stands against the download, from what the version says and from asking the hub without taking the file. */
function useRefusal(model: Model, version: Version) {
  const viewer = useViewer()
  const isSignedIn = viewer !== null && viewer !== undefined
  const hasFiles = version.files.length > 0
  const isOffered = model.mode === undefined && hasFiles
  const needsSignIn = useQuery({ ...needsSignInQuery(version.id), enabled: isOffered })
  const detailed = useQuery({ ...versionQuery(version.id), enabled: isOffered })
  const known = refusalKnown({ mode: model.mode, hasFiles, needsSignIn: needsSignIn.data }, { isSignedIn })
  const address = version.downloadUrl
  const answered = useQuery({
    queryKey: ['download-answer', version.id, viewer?.username],
    queryFn: async ({ signal }) => {
      const { status, url } = await fetch(ownAddress(address ?? ''), { method: 'HEAD', signal })
      return { status, isLoginPage: new URL(url).pathname === '/login' }
    },
    enabled: isOffered && viewer !== undefined && address !== undefined && needsSignIn.isSuccess && !known,
  })
  const earlyAccessEndsAt = detailed.data?.earlyAccessEndsAt
  return known ?? (answered.data && refusalAnswered(answered.data, { isSignedIn, earlyAccessEndsAt }))
}
