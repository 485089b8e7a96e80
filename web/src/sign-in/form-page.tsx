import { Paper, Stack, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { Page } from '../parts/page'

/** The frame of a page that is one form. */
export const FormPage = ({ title, children }: { title: string; children: ReactNode }) => (
  <Page title={title} size={480}>
    <Paper withBorder p={{ base: 'md', xs: 'xl' }} mt={{ base: 0, sm: 'xl' }}>
      <Stack>
        <Title order={1} size="h2">
          {title}
        </Title>
        {children}
      </Stack>
    </Paper>
  </Page>
)
