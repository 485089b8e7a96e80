import type { FastifyRequest } from 'fastify'
import { readForwardedAddress } from '../auth/networks.ts'

/** Returns the network address of the client: that of the connection, or the one that a trusted proxy forwards ('' if it is none). */
export const clientAddress = ({ ip, raw }: FastifyRequest): string =>
  ip === raw.socket.remoteAddress ? ip : readForwardedAddress(ip)
