import { Box, Skeleton, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { viewerQuery } from '../api/viewer'
import { MatureSelect } from '../browse/mature/mature-select'
import { askAuth } from '../sign-in/sign-in'
import { SettingsSection } from './settings-section'

/** Who one is on this hub. */
export default function ProfileTab() {
  const viewer = useQuery(viewerQuery).data
  const since = useQuery({
    queryKey: ['member-since'],
    queryFn: async () =>
      (await askAuth<{ user: { createdAt: string } } | null>('/get-session'))?.user.createdAt ?? null,
  }).data
  if (!viewer) return <Skeleton height={200} />
  const facts = [
    ['Username', viewer.username],
    ['E-mail address', viewer.email ?? 'none'],
    ['Number', String(viewer.id)],
    ['Status', viewer.status],
    ['Member since', since ? new Date(since).toLocaleDateString('en', { dateStyle: 'long' }) : '…'],
  ]
  return (
    <SettingsSection title="Profile" about="What the hub knows of you. The owner of the hub can change it.">
      <Table variant="vertical" layout="fixed">
        <Table.Tbody>
          {facts.map(([label, value]) => (
            <Table.Tr key={label}>
              <Table.Th w={140}>{label}</Table.Th>
              <Table.Td>
                <Text dir="auto" size="sm" style={{ overflowWrap: 'anywhere' }}>
                  {value}
                </Text>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Box mt="md" maw={320}>
        <MatureSelect />
      </Box>
    </SettingsSection>
  )
}
