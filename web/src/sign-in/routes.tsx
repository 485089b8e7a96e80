import { createRoute } from '@tanstack/react-router'
import { lazyPage } from '../parts/lazy-page'
import { rootRoute } from '../root-route'
import { returnPath } from './return-path'
import { takeSecret } from './secret-of-address'

const login = createRoute({
  getParentRoute: () => rootRoute,
  path: '/login',
  validateSearch: ({
    returnUrl,
    reason,
    error,
  }: Record<string, unknown>): {
    returnUrl?: string | undefined
    reason?: string | undefined
    error?: string | undefined
  } => ({
    returnUrl: typeof returnUrl === 'string' ? returnPath(returnUrl) : undefined,
    reason: reason === 'download-auth' ? reason : undefined,
    error: typeof error === 'string' && error !== '' ? error.slice(0, 64) : undefined,
  }),
  component: lazyPage(() => import('./login-page'), 'LoginPage'),
})

const signUp = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-up',
  beforeLoad: takeSecret,
  component: lazyPage(() => import('./sign-up-page'), 'SignUpPage'),
})

const setup = createRoute({
  getParentRoute: () => rootRoute,
  path: '/setup',
  beforeLoad: takeSecret,
  component: lazyPage(() => import('./setup-page'), 'SetupPage'),
})

const resetPassword = createRoute({
  getParentRoute: () => rootRoute,
  path: '/reset-password',
  beforeLoad: takeSecret,
  component: lazyPage(() => import('./reset-password-page'), 'ResetPasswordPage'),
})

/** How people come in. */
export const signInRoutes = [login, signUp, setup, resetPassword] as const
