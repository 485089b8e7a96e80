import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import './app.css'
import { MantineProvider } from '@mantine/core'
import { Notifications, notifications } from '@mantine/notifications'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode, startTransition } from 'react'
import { createRoot } from 'react-dom/client'
import { openQueries } from './api/queries'
import { viewerQuery } from './api/viewer'
import { openRouter } from './router'
import { contrast, theme } from './theme'

const container = document.getElementById('app')
if (!container) throw new Error('the page has no place for the app')
/** The content policy lets in only style elements that carry the number of this very answer. */
const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? ''
// Where the style element of an open dialog, which keeps the page behind it still, looks for it.
Object.assign(globalThis, { __webpack_nonce__: nonce })

const queries = openQueries({
  onSignedOut() {
    const wasSignedIn = queries.getQueryData(viewerQuery.queryKey)
    queries.setQueryData(viewerQuery.queryKey, null)
    // A hub that is closed refuses whoever has just come as well.
    if (!wasSignedIn) return
    notifications.show({
      id: 'signed-out',
      color: 'orange',
      title: 'Your session has ended',
      message: 'Sign in again to go on. What you had typed is still here.',
    })
  },
  onChanged() {
    // Whose session had ended has signed in in another tab.
    if (queries.getQueryData(viewerQuery.queryKey) === null) void queries.invalidateQueries(viewerQuery)
  },
})
const router = openRouter(queries)

// As a transition, so that drawing the first page is cut into pieces between which the browser answers its user.
startTransition(() =>
  createRoot(container).render(
    <StrictMode>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={contrast}
        defaultColorScheme="auto"
        getStyleNonce={() => nonce}
      >
        <QueryClientProvider client={queries}>
          <Notifications position="top-right" />
          <RouterProvider router={router} />
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  ),
)
